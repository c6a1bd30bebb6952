import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemError } from '../http/problem.js';
import type { StaffRole, StaffUser } from './access.decorator.js';
import { StaffAuthRepository } from './staff-auth.repository.js';

type StaffUserRow = { id: string; name: string; email: string; role?: unknown };

/** The staff's sessions, kept by better-auth. */
@Injectable()
export class StaffSessionsService {
  constructor(private readonly repository: StaffAuthRepository) {}

  /** The employee signed in with this request; null too once the account is closed. */
  async find(request: Request): Promise<StaffUser | null> {
    if (!request.headers.cookie?.includes('aftercare-staff')) return null;
    const auth = await this.repository.open();
    const found = await auth.api.getSession({ headers: headersOf(request) });
    if (!found || found.user.disabledAt) return null;
    return staffUserOf(found.user);
  }

  /**
   * Checks a password, starts a session and gives the browser its cookie.
   * @throws ProblemError `wrong_credentials`, whether the address or the password is wrong; `account_disabled`.
   */
  async begin(
    credentials: { email: string; password: string },
    request: Request,
    response: Response,
  ): Promise<StaffUser> {
    const auth = await this.repository.open();
    const { headers, response: signedIn } = await auth.api
      .signInEmail({ body: credentials, headers: headersOf(request), returnHeaders: true })
      .catch((error: unknown) => {
        throw refusalOf(error);
      });
    passCookies(headers, response);
    return staffUserOf(signedIn.user);
  }

  /** Ends the session of this request, if there is one, on our side and in the browser. */
  async end(request: Request, response: Response): Promise<void> {
    const auth = await this.repository.open();
    const { headers } = await auth.api.signOut({ headers: headersOf(request), returnHeaders: true });
    passCookies(headers, response);
  }
}

function staffUserOf({ id, name, email, role }: StaffUserRow): StaffUser {
  return { kind: 'staff', userId: id, name, email, role: role as StaffRole };
}

/** What better-auth needs of a request: never the address headers that any client can make up. */
function headersOf(request: Request): Headers {
  const headers = new Headers();
  if (request.headers.cookie) headers.set('cookie', request.headers.cookie);
  if (request.headers['user-agent']) headers.set('user-agent', request.headers['user-agent']);
  if (request.ip) headers.set('x-forwarded-for', request.ip);
  return headers;
}

function passCookies(headers: Headers, response: Response): void {
  for (const cookie of headers.getSetCookie()) response.append('Set-Cookie', cookie);
}

function refusalOf(error: unknown): unknown {
  const code = (error as { body?: { code?: string } }).body?.code;
  if (code === 'ACCOUNT_DISABLED') {
    return new ProblemError('account_disabled', 403, 'This account has been closed. Ask an administrator.');
  }
  if (code === 'INVALID_EMAIL_OR_PASSWORD' || code === 'INVALID_EMAIL' || code === 'PASSWORD_TOO_LONG') {
    return new ProblemError('wrong_credentials', 401, 'The e-mail address or the password is wrong.');
  }
  return error;
}

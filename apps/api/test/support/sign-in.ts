import { AccountsService } from '../../src/features/accounts/accounts.service.js';
import type { StaffRole } from '../../src/platform/auth/access.decorator.js';
import { SessionsService } from '../../src/platform/auth/sessions.service.js';
import type { TestApp } from './app.js';

/** The `Cookie` header of a browser after the answer that carried these `Set-Cookie` headers. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

/** Signs a member in without a mail. @returns the `Cookie` header to send. */
export async function memberCookie(app: TestApp, customerId: string): Promise<string> {
  let header = '';
  const response = { cookie: (name: string, value: string) => (header = `${name}=${value}`) };
  await app.get(SessionsService).beginMember(customerId, { headers: {} } as never, response as never);
  return header;
}

/** Makes a staff account and signs it in. @returns the `Cookie` header to send. */
export async function staffCookie(app: TestApp, role: StaffRole): Promise<string> {
  const email = `${role}@desk.example.com`;
  const password = await app.get(AccountsService).addStaff({ email, name: `The ${role}`, role }, 'test');
  const response = await postJson(app, '/api/auth/staff/sign-in', { email, password });
  if (response.status !== 200)
    throw new Error(`Sign-in answered ${response.status}: ${await response.text()}`);
  return cookiesOf(response);
}

/** Posts JSON as the web app would. */
export function postJson(app: TestApp, path: string, body: unknown, cookie?: string): Promise<Response> {
  return fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  });
}

import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  staffRoles,
  type Member,
  type StaffRole,
  type StaffUser,
} from '../../platform/auth/access.decorator.js';
import { fullName } from '../../platform/auth/names.js';
import { hashPassword } from '../../platform/auth/password.js';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { AccountsRepository } from './accounts.repository.js';
import type { Session } from './accounts.schemas.js';

/** A staff account of the sample, with the password that everybody may know. */
export interface SampleAccount {
  email: string;
  password: string;
  role: StaffRole;
}

const sampleNames: Record<StaffRole, string> = {
  admin: 'Ada Sample',
  marketing: 'Mila Sample',
  compliance: 'Cora Sample',
  retention: 'Remy Sample',
  service: 'Sam Sample',
};

/** Without letters and digits that are taken for one another when read aloud. */
const passwordLetters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Staff accounts, and who is signed in. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly repository: AccountsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditService,
    private readonly config: Config,
  ) {}

  /**
   * Gives a sample database one staff account for each role. Their passwords are public, so in production there
   * are none.
   */
  async ensureSampleStaff(): Promise<SampleAccount[]> {
    if (this.config.production) return [];
    const accounts = staffRoles.map((role) => {
      return { email: `${role}@example.com`, password: `aftercare-${role}`, role };
    });
    const hashes = await Promise.all(accounts.map(({ password }) => hashPassword(password)));
    await this.transactions.run(async (tx) => {
      for (const [index, { email, role }] of accounts.entries()) {
        const staff = { email, role, name: sampleNames[role], passwordHash: hashes[index]! };
        const userId = await this.repository.insertStaff(tx, staff);
        if (userId) await this.record(tx, 'system', 'staff.added', userId, { role, sample: true });
      }
    });
    return accounts;
  }

  /**
   * Makes a staff account.
   * @returns its password, which nobody can read again.
   * @throws ProblemError `account_exists`.
   */
  async addStaff(staff: { email: string; name: string; role: StaffRole }, actor: string): Promise<string> {
    const password = newPassword();
    const passwordHash = await hashPassword(password);
    await this.transactions.run(async (tx) => {
      const userId = await this.repository.insertStaff(tx, { ...staff, passwordHash });
      if (!userId)
        throw new ProblemError('account_exists', 409, `There is an account for ${staff.email} already.`);
      await this.record(tx, actor, 'staff.added', userId, { role: staff.role });
    });
    return password;
  }

  /**
   * Puts a new password in place of a lost one and ends the account's sessions.
   * @returns the password, which nobody can read again.
   * @throws ProblemError `not_found`.
   */
  async resetPassword(email: string, actor: string): Promise<string> {
    const password = newPassword();
    const passwordHash = await hashPassword(password);
    await this.transactions.run(async (tx) => {
      const userId = await this.repository.replacePassword(tx, email, passwordHash);
      if (!userId) throw noAccount(email);
      await this.record(tx, actor, 'staff.password_reset', userId, {});
    });
    return password;
  }

  /** Closes an account and ends its sessions. @throws ProblemError `not_found`. */
  async disableStaff(email: string, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const userId = await this.repository.disable(tx, email);
      if (!userId) throw noAccount(email);
      await this.record(tx, actor, 'staff.disabled', userId, {});
    });
  }

  /** Who is signed in, as the web app shows it. */
  async describeSession(member: Member | null, staff: StaffUser | null): Promise<Session> {
    const customer = member && (await this.repository.findCustomer(member.customerId));
    return {
      member: customer && {
        customerId: member.customerId,
        displayName: fullName(customer) ?? member.customerId,
        email: customer.email,
        locale: customer.locale,
      },
      staff: staff && { userId: staff.userId, name: staff.name, email: staff.email, role: staff.role },
    };
  }

  private record(tx: Tx, actor: string, action: string, userId: string, detail: Record<string, unknown>) {
    return this.audit.record(tx, { actor, action, subject: `staff:${userId}`, detail });
  }
}

function noAccount(email: string): ProblemError {
  return new ProblemError('not_found', 404, `There is no open account for ${email}.`);
}

/** Four groups of five letters: 99 bits. */
function newPassword(): string {
  const letter = () => passwordLetters[randomInt(passwordLetters.length)];
  const group = () => Array.from({ length: 5 }, letter).join('');
  return Array.from({ length: 4 }, group).join('-');
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { StaffRole } from '../../platform/auth/access.decorator.js';
import type { PersonName } from '../../platform/auth/names.js';
import type { Tx } from '../../platform/database/tx.js';

export interface NewStaff {
  email: string;
  name: string;
  role: StaffRole;
  passwordHash: string;
}

@Injectable()
export class AccountsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Makes an account and its password as better-auth looks for them. @returns its id, null if the address has one. */
  async insertStaff(tx: Tx, staff: NewStaff): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `WITH account AS (
         INSERT INTO staff_users (name, email, role) VALUES ($1, lower($2), $3)
         ON CONFLICT (email) DO NOTHING RETURNING id
       ), credential AS (
         INSERT INTO staff_credentials (user_id, provider_id, account_id, password)
         SELECT id, 'credential', id::text, $4 FROM account
       )
       SELECT id FROM account`,
      [staff.name, staff.email, staff.role, staff.passwordHash],
    );
    return row?.id ?? null;
  }

  /** Puts a new password in an account's place and ends its sessions. @returns the account's id, null without one. */
  async replacePassword(tx: Tx, email: string, passwordHash: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `WITH account AS (
         SELECT id FROM staff_users WHERE email = lower($1)
       ), credential AS (
         UPDATE staff_credentials SET password = $2, updated_at = now()
         WHERE provider_id = 'credential' AND user_id IN (SELECT id FROM account)
       ), ended AS (
         DELETE FROM staff_sessions WHERE user_id IN (SELECT id FROM account)
       )
       SELECT id FROM account`,
      [email, passwordHash],
    );
    return row?.id ?? null;
  }

  /** Closes an account and ends its sessions. @returns the account's id, null when there is none open. */
  async disable(tx: Tx, email: string): Promise<string | null> {
    const [row] = await tx.query<{ id: string }[]>(
      `WITH account AS (
         UPDATE staff_users SET disabled_at = now(), updated_at = now()
         WHERE email = lower($1) AND disabled_at IS NULL RETURNING id
       ), ended AS (
         DELETE FROM staff_sessions WHERE user_id IN (SELECT id FROM account)
       )
       SELECT id FROM account`,
      [email],
    );
    return row?.id ?? null;
  }

  async findCustomer(
    customerId: string,
  ): Promise<(PersonName & { email: string | null; locale: string | null }) | null> {
    const [row] = await this.dataSource.query<
      (PersonName & { email: string | null; locale: string | null })[]
    >(
      `SELECT given_name AS "givenName", family_name AS "familyName", email, locale
       FROM customers WHERE customer_id = $1`,
      [customerId],
    );
    return row ?? null;
  }
}

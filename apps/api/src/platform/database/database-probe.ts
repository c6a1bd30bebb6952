import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** What keeps a process from working on its database. */
export interface DatabaseHindrance {
  code: 'unavailable' | 'read_only';
  message: string;
}

const hindrances = {
  silent: { code: 'unavailable', message: 'The database does not answer.' },
  standby: {
    code: 'read_only',
    message: 'The database takes no changes: it is a standby that has not been promoted.',
  },
  readOnly: { code: 'read_only', message: 'The database takes no changes: it is set to read-only.' },
} as const satisfies Record<string, DatabaseHindrance>;

/** Asks the database whether one can work on it. */
@Injectable()
export class DatabaseProbe {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * What hinders work, or null. Reading is not enough for any role: workers and schedulers write all the time, and the
   * portal that could not note an unsubscription must not be asked for one.
   */
  async hindrance(): Promise<DatabaseHindrance | null> {
    try {
      const [state] = await this.dataSource.query<{ standby: boolean; readOnly: boolean }[]>(
        `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::bool AS "readOnly"`,
      );
      if (state!.standby) return hindrances.standby;
      return state!.readOnly ? hindrances.readOnly : null;
    } catch {
      return hindrances.silent;
    }
  }
}

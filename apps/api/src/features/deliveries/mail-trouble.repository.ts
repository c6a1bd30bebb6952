import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Why a mail server takes no messages at present, since when, and when it is tried again. */
export interface MailTrouble {
  transport: string;
  reason: string;
  detail: string;
  since: Date;
  failures: number;
  retryAt: Date;
  /** The time to try again has come. */
  retryDue: boolean;
}

const longestPauseSeconds = 60;

/** What all workers know of the mail servers' state. */
@Injectable()
export class MailTroubleRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  list(): Promise<MailTrouble[]> {
    return this.dataSource.query<MailTrouble[]>(
      `SELECT transport, reason, detail, since, failures, retry_at AS "retryAt", retry_at <= clock_timestamp() AS "retryDue"
         FROM mail_trouble ORDER BY retry_at, transport`,
    );
  }

  /** Notes that a mail server failed once more. The pause before the next try doubles from one second to a minute. */
  async note(transport: string, reason: string, detail: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO mail_trouble AS t (transport, reason, detail, since, failures, retry_at)
       VALUES ($1, $2, $3, clock_timestamp(), 1, clock_timestamp() + interval '1 second')
       ON CONFLICT (transport) DO UPDATE
          SET reason = excluded.reason, detail = excluded.detail, failures = t.failures + 1,
              retry_at = clock_timestamp() + least(power(2, least(t.failures, 10)), $4) * interval '1 second'
        -- Connections that fail together are one failure.
        WHERE t.retry_at <= clock_timestamp()`,
      [transport, reason, detail, longestPauseSeconds],
    );
  }

  /** A mail server works. */
  async clear(transport: string): Promise<void> {
    await this.dataSource.query('DELETE FROM mail_trouble WHERE transport = $1', [transport]);
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** Why no message can be handed over at present, since when, and when it is tried again. */
export interface MailTrouble {
  reason: string;
  detail: string;
  since: Date;
  failures: number;
  retryAt: Date;
  /** The time to try again has come. */
  retryDue: boolean;
}

const longestPauseSeconds = 60;

/** What all workers know of the mail server's state. */
@Injectable()
export class MailTroubleRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(): Promise<MailTrouble | null> {
    const [row] = await this.dataSource.query<MailTrouble[]>(
      `SELECT reason, detail, since, failures, retry_at AS "retryAt", retry_at <= clock_timestamp() AS "retryDue"
         FROM mail_trouble`,
    );
    return row ?? null;
  }

  /** Notes that the mail server failed once more. The pause before the next try doubles from one second to a minute. */
  async note(reason: string, detail: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO mail_trouble AS t (reason, detail, since, failures, retry_at)
       VALUES ($1, $2, clock_timestamp(), 1, clock_timestamp() + interval '1 second')
       ON CONFLICT (only_row) DO UPDATE
          SET reason = excluded.reason, detail = excluded.detail, failures = t.failures + 1,
              retry_at = clock_timestamp() + least(power(2, least(t.failures, 10)), $3) * interval '1 second'
        -- Connections that fail together are one failure.
        WHERE t.retry_at <= clock_timestamp()`,
      [reason, detail, longestPauseSeconds],
    );
  }

  /** The mail server works. */
  async clear(): Promise<void> {
    await this.dataSource.query('DELETE FROM mail_trouble');
  }
}

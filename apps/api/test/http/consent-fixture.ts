import { randomUUID } from 'node:crypto';
import { mayContact } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { LinksService } from '../../src/features/consents/links.service.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';

/** Two customers at one address who agreed to everything, and campaigns of every class that write to them. */
export class ConsentFixture {
  readonly customerId = 'C1';

  private constructor(
    readonly database: TestDatabase,
    readonly clock: SettableClock,
    readonly app: TestApp,
  ) {}

  static async open(): Promise<ConsentFixture> {
    const clock = new SettableClock('2026-11-22T09:00:00Z');
    const database = await testDatabase();
    const app = await testApp({ database, clock });
    await database.dataSource.query(
      `INSERT INTO customers (customer_id, given_name, family_name, email, locale)
       VALUES ('C1', 'Ana', 'García', 'ana@example.com', 'es'), ('C2', 'Luis', 'García', 'ana@example.com', NULL)`,
    );
    for (const [key, contactClass, topic, state] of [
      ['newsletter', 'marketing', 'newsletter', 'active'],
      ['motor-renewal', 'service', 'renewals', 'active'],
      ['notice', 'legal', 'statutory', 'active'],
      ['old', 'marketing', 'offers', 'stopped'],
    ]) {
      await database.dataSource.query(
        `WITH added AS (
           INSERT INTO campaigns (key, name, state, latest_version, active_version) VALUES ($1, $1, $2, 1, 1)
           RETURNING campaign_id
         )
         INSERT INTO campaign_versions (campaign_id, version, definition, content_hash, created_by)
         SELECT campaign_id, 1, $3::jsonb, '', 'test' FROM added`,
        [key, state, JSON.stringify({ key, class: contactClass, topic })],
      );
    }
    return new ConsentFixture(database, clock, app);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.close();
  }

  /** As if neither had ever chosen; a minute later than before. */
  async reset(): Promise<void> {
    await this.database.dataSource.query(
      `TRUNCATE consent_state;
       INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
       VALUES ('C1', '*', true, 'import', false, '2026-01-01'), ('C2', '*', true, 'import', false, '2026-01-01')`,
    );
    this.clock.advance({ minutes: 1 });
  }

  tokenFor(topic: string, deliveryId: string = randomUUID()): string {
    return this.app.get(LinksService).unsubscribeToken({ customerId: this.customerId, topic, deliveryId });
  }

  post(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.app.url}${path}`, { method: 'POST', ...init });
  }

  /** What may still be written to a customer, class and topic by class and topic. */
  async allowed(who = this.customerId): Promise<string[]> {
    const rows = await this.database.dataSource.query<
      { topic: string; granted: boolean; byCustomer: boolean }[]
    >(`SELECT topic, granted, by_customer AS "byCustomer" FROM consent_state WHERE customer_id = $1`, [who]);
    const consent = rows.map((row) => ({ ...row, at: Temporal.Instant.from('2026-01-01T00:00:00Z') }));
    return (
      [
        ['marketing', 'newsletter'],
        ['marketing', 'offers'],
        ['service', 'renewals'],
        ['legal', 'statutory'],
      ] as const
    )
      .filter(([contactClass, topic]) => mayContact(contactClass, topic, consent).allow)
      .map(([, topic]) => topic);
  }
}

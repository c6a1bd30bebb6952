import { setTimeout as sleep } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { CampaignsService } from '../../src/features/campaigns/campaigns.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { LedgerService } from '../../src/features/deliveries/ledger.service.js';
import { MailTimeouts } from '../../src/features/deliveries/mailer.js';
import { SendingStopService } from '../../src/features/deliveries/sending-stop.service.js';
import { WorkerService } from '../../src/features/deliveries/worker.service.js';
import type { Clock } from '../../src/platform/clock/clock.js';
import { Config } from '../../src/platform/config/config.js';
import { MailServer } from '../../src/platform/mail/mail-server.js';
import { testApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startSink, type Sink } from './deliver-sink.js';

/** A morning on which rows of the sample campaigns fall due; nothing here reads the wall clock. */
export const asOf = Temporal.Instant.from('2031-05-06T09:30:00Z');
export const dueDay = '2031-05-06';

/** A ledger row as the tests look at it. */
export interface LedgerRow {
  delivery_id: string;
  customer_id: string;
  policy_id: string | null;
  class: string;
  state: string;
  reason: string | null;
  attempts: number;
  recipient: string | null;
  message_id: string | null;
  merged_into: string | null;
  smtp_reply: string | null;
  sent_at: Date | null;
  doubted_at: Date | null;
  chunk_id: string | null;
  next_attempt_at: Date | null;
}

export interface Harness {
  database: TestDatabase;
  app: TestApp;
  sink: Sink;
  /** Inserts customers c1 … cn, each with a motor policy p1 … pn that renews in 30 days, and consent to marketing. */
  people(count: number, renewalDate?: string): Promise<void>;
  campaign(change?: Record<string, unknown>): Promise<void>;
  plan(): Promise<void>;
  /** Sends until all is settled or nothing has moved for `patienceMs`. */
  settle(patienceMs?: number): Promise<{ going: number; held: number }>;
  rows(): Promise<LedgerRow[]>;
  row(customerId: string): Promise<LedgerRow>;
  sql<Row = Record<string, unknown>>(statement: string, values?: unknown[]): Promise<Row[]>;
  reconcile(): ReturnType<LedgerService['reconcile']>;
  /** An empty book and ledger, and a sink that has seen nothing. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const campaignFile = {
  key: 'motor-renewal',
  name: 'Motor renewal',
  class: 'service',
  topic: 'renewals',
  priority: 10,
  subject: 'policy',
  audience: {
    all: [
      { field: 'policy.line', op: 'in', value: ['motor'] },
      { field: 'policy.status', op: 'eq', value: 'in_force' },
    ],
  },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [{ key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' }],
};

/** The platform on a database and a mail server of the test's own. */
export async function harness(
  given: {
    config?: Partial<Config>;
    database?: TestDatabase;
    sink?: Sink;
    clock?: Clock;
    fallbackUrls?: string[];
    timeouts?: Partial<MailTimeouts['values']>;
  } = {},
): Promise<Harness> {
  const database = given.database ?? (await testDatabase());
  const sink = given.sink ?? (await startSink());
  const app = await testApp({
    database,
    mailServer: new MailServer(sink.url, null, given.fallbackUrls),
    ...(given.clock ? { clock: given.clock } : {}),
    config: { mailConnections: 4, ...given.config },
  });
  Object.assign(app.get(MailTimeouts).values, given.timeouts);
  const sql = <Row>(statement: string, values: unknown[] = []) =>
    database.dataSource.query<Row[]>(statement, values);
  const rows = () => sql<LedgerRow>(`SELECT * FROM deliveries ORDER BY length(customer_id), customer_id`);
  return {
    database,
    app,
    sink,
    sql,
    rows,
    async people(count, renewalDate = '2031-06-05') {
      await sql(
        `INSERT INTO customers (customer_id, given_name, family_name, email, locale, time_zone)
         SELECT 'c' || n, 'Ann', 'Reader ' || n, 'c' || n || '@example.com', 'en', 'UTC' FROM generate_series(1, $1) n`,
        [count],
      );
      await sql(
        `INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date, premium_minor, currency,
                               previous_premium_minor, payment_mode)
         SELECT 'p' || n, 'c' || n, 'motor', 'in_force', '2028-06-05', $2, 48000, 'EUR', 45000, 'annual'
           FROM generate_series(1, $1) n`,
        [count, renewalDate],
      );
      await sql(
        `INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
         SELECT 'c' || n, '*', true, 'test', true, '2030-01-01Z' FROM generate_series(1, $1) n`,
        [count],
      );
    },
    async campaign(change = {}) {
      const file = JSON.stringify({ ...campaignFile, ...change });
      await app.get(CampaignsService).apply(file, { activate: true, actor: 'test' });
      // As if it had been at work for some weeks, and not since today: the years from now to then would all be planned,
      // and the ledger would get its parts for all of their months.
      await sql(`UPDATE step_progress SET planned_until = greatest(planned_until, $1)`, [
        asOf.subtract({ hours: 24 * 30 }).toString(),
      ]);
    },
    async plan() {
      await app.get(PlannerService).plan(asOf);
    },
    settle: (patienceMs) => settle(app, patienceMs),
    async row(customerId) {
      const found = (await rows()).filter((row) => row.customer_id === customerId);
      if (found.length !== 1) throw new Error(`${customerId} has ${found.length} rows`);
      return found[0]!;
    },
    reconcile: () => app.get(LedgerService).reconcile(),
    async reset() {
      await sql(
        `TRUNCATE deliveries, dispatch_chunks, mail_trouble, suppressions, campaigns, customers CASCADE`,
      );
      sink.accepted.length = 0;
      sink.arrived.length = 0;
      sink.script = () => null;
    },
    async close() {
      await app.close();
      if (!given.sink) await sink.close();
      if (!given.database) await database.close();
    },
  };
}

/**
 * What the settlement service does, looking far more often: that one has a million rows to think of, and a test would
 * mostly wait for its next look.
 */
async function settle(app: TestApp, patienceMs = 60_000): Promise<{ going: number; held: number }> {
  const [dispatch, stop] = [app.get(DispatchService), app.get(SendingStopService)];
  if (!app.get(Config).sending) return dispatch.countOpen(asOf);
  await app.get(WorkerService).start();
  await dispatch.tidy(asOf);
  let left = { going: Infinity, held: 0 };
  for (let movedAt = performance.now(); performance.now() - movedAt <= patienceMs; await sleep(50)) {
    const now = await dispatch.countOpen(asOf);
    if (now.going === 0 || (await stop.find())) return now;
    if (now.going !== left.going) movedAt = performance.now();
    left = now;
    await dispatch.release(asOf, asOf);
  }
  return left;
}

/** Waits for a condition; a test never waits for time alone. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 240_000,
): Promise<void> {
  for (const end = performance.now() + withinMs; performance.now() < end;) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error(`Waited too long: ${what}`);
}

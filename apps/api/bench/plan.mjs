import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import pg from 'pg';
import { NestFactory } from '@nestjs/core';
import { Temporal } from 'temporal-polyfill';
import { AppModule } from '../dist/app.module.js';
import { Config, loadConfig } from '../dist/platform/config/config.js';
import { openDatabase } from '../dist/platform/database/open-database.js';
import { MailServer } from '../dist/platform/mail/mail-server.js';
import { CampaignsService } from '../dist/features/campaigns/campaigns.service.js';
import { PlannerService } from '../dist/features/campaigns/planner.service.js';

export const description =
  'Seconds to plan a day of a whole book, beside a bare INSERT … SELECT of the same rows (--policies 1000000 --campaigns 12)';

const asOf = Temporal.Instant.from('2026-11-22T23:00:00Z');
const lines = ['motor', 'home', 'life', 'health', 'travel', 'commercial'];
const zones = ['Europe/Madrid', 'Europe/London', 'Asia/Shanghai', 'America/New_York', 'Australia/Sydney'];

/**
 * Plans an ordinary day of campaigns on dates; then, into an empty ledger again, the day on which one campaign more
 * reaches every policy, beside a bare copy of the very rows that this adds: ready in a table, into an empty table
 * with the same partitions and indexes. The bare side finds nobody, judges nothing and knows no zones.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      policies: { type: 'string', default: '100000' },
      campaigns: { type: 'string', default: '12' },
    },
  });
  const [policies, campaigns] = [Number(values.policies), Number(values.campaigns)];
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-bench-'));
  const platform = await openPlatform(folder);
  const client = new pg.Client(platform.databaseUrl);
  try {
    await client.connect();
    await makeBook(client, policies);
    const service = platform.app.get(CampaignsService, { strict: false });
    const planner = platform.app.get(PlannerService, { strict: false });
    const apply = (campaign) => service.apply(JSON.stringify(campaign), { activate: true, actor: 'bench' });
    for (let index = 0; index < campaigns - 1; index += 1) await apply(datedCampaign(index));

    const ordinaryDay = await measure(client, () => planner.plan(asOf));
    await apply(everybody);
    await client.query('TRUNCATE deliveries');
    const all = await measure(client, () => planner.plan(asOf));
    const bareSeconds = await bareInsert(client);
    const again = await measure(client, () => planner.plan(asOf));
    const ratio = round(all.seconds / bareSeconds);
    return {
      policies,
      campaigns,
      ...all,
      bareSeconds,
      ratio,
      ordinaryDay,
      again,
      peakMemoryMb: peakMemoryMb(),
    };
  } finally {
    await client.end();
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openPlatform(folder) {
  const environment = { AFTERCARE_DATA_DIR: folder, AFTERCARE_SAMPLE: '0' };
  const config = new Config({ ...loadConfig(environment), roles: new Set() });
  const database = await openDatabase(config);
  const mailServer = new MailServer('smtp://127.0.0.1:9', null);
  const app = await NestFactory.createApplicationContext(
    AppModule.register({ config, databaseUrl: database.url, mailServer }),
    { logger: ['error'] },
  );
  return {
    app,
    databaseUrl: database.url,
    async close() {
      await app.close();
      await database.close();
    },
  };
}

/** A book made in place: two customers to three policies, six lines, five zones, dates over a year. */
async function makeBook(client, policies) {
  const customers = Math.ceil((policies * 2) / 3);
  await client.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, birth_date, locale, time_zone, region)
     SELECT 'C' || n, 'Given' || n % 997, 'Family' || n % 1999, 'c' || n || '@example.com',
            date '1940-01-01' + (n % 24000 * 7919) % 24000, CASE WHEN n % 3 = 0 THEN 'zh-CN' ELSE 'en' END,
            ($2::text[])[n % 5 + 1], 'R' || n % 40
     FROM generate_series(0, $1::int - 1) AS n`,
    [customers, zones],
  );
  await client.query(
    `INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, premium_minor,
                           previous_premium_minor, currency, payment_mode, status_since, grace_ends_on, term_no)
     SELECT 'P' || n, 'C' || n % $2::int, ($3::text[])[n % 6 + 1], 'Plus',
            CASE WHEN n % 20 = 0 THEN 'grace' WHEN n % 20 < 3 THEN 'lapsed' ELSE 'in_force' END,
            date '2026-11-22' - (n * 31) % 3650, date '2026-11-22' - 30 + (n * 17) % 365,
            20000 + n % 90000, 19000 + n % 90000, 'EUR', 'annual',
            date '2026-11-22' - (n * 13) % 90, date '2026-11-22' + (n * 13) % 60, 1 + n % 3
     FROM generate_series(0, $1::int - 1) AS n`,
    [policies, customers, lines],
  );
  await client.query('VACUUM ANALYZE customers, policies');
}

const base = {
  class: 'service',
  priority: 10,
  subject: 'policy',
  exitWhen: null,
  holdout: 0,
  catchUpHours: 48,
};
const rest = { ...base, startsOn: null, endsOn: null };
const field = (name, op, value) => ({ field: name, op, value });
const step = (offsetDays, template) => ({ key: `d${offsetDays}`, offsetDays, at: '09:00', template });

/** Renewals of six lines in four steps each, then grace, welcome, anniversaries and birthdays, and round again. */
function datedCampaign(index) {
  const line = lines[index % 12];
  const key = `bench-${index}`;
  if (line !== undefined) {
    return {
      ...rest,
      ...{
        key,
        name: `Renewal ${line}`,
        topic: 'renewals',
        trigger: { type: 'date', field: 'policy.renewalDate' },
      },
      audience: {
        all: [field('policy.line', 'eq', line), field('policy.status', 'in', ['in_force', 'grace'])],
      },
      steps: [-45, -30, -14, -3].map((offset) => step(offset, 'renewal-reminder')),
      exitWhen: field('policy.renewed', 'eq', true),
    };
  }
  const audience = { all: [field('policy.status', 'in', ['in_force', 'grace'])] };
  const trigger = (name) => ({ type: 'date', field: name });
  switch (index % 4) {
    case 0:
      return {
        ...rest,
        key,
        name: key,
        topic: 'welcome',
        audience,
        trigger: trigger('policy.startDate'),
        steps: [step(1, 'welcome')],
      };
    case 1:
      return {
        ...rest,
        key,
        name: key,
        topic: 'payments',
        audience,
        trigger: trigger('policy.graceEnd'),
        steps: [step(-5, 'renewal-reminder')],
      };
    case 2:
      return {
        ...rest,
        key,
        name: key,
        topic: 'health-checks',
        audience,
        trigger: trigger('policy.anniversary'),
        steps: [step(21, 'health-check-invitation')],
        class: 'marketing',
        holdout: 0.1,
      };
    default:
      return {
        ...rest,
        ...{ key, name: key, topic: 'birthday', subject: 'customer', steps: [step(0, 'newsletter')] },
        ...{ trigger: trigger('customer.birthday'), audience: field('customer.policyCount', 'gte', 1) },
      };
  }
}

const everybody = {
  ...rest,
  ...{
    key: 'bench-everybody',
    name: 'Everybody',
    topic: 'newsletter',
    class: 'marketing',
    audience: { all: [] },
  },
  ...{ trigger: { type: 'once', at: '2026-11-22T09:00' }, steps: [step(0, 'newsletter')] },
};

async function measure(client, plan) {
  await client.query('CHECKPOINT');
  const started = performance.now();
  const { planned, heldOut, expired } = await plan();
  return { rows: planned + heldOut + expired, seconds: seconds(started) };
}

async function bareInsert(client) {
  await client.query(`
    DROP TABLE IF EXISTS ready, bare;
    CREATE UNLOGGED TABLE ready AS SELECT * FROM deliveries;
    CREATE TABLE bare (LIKE deliveries INCLUDING ALL) PARTITION BY RANGE (anchor_date)`);
  const { rows } = await client.query(`
    SELECT child.relname AS name, pg_get_expr(child.relpartbound, child.oid) AS bound
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = 'deliveries'::regclass`);
  for (const { name, bound } of rows)
    await client.query(`CREATE TABLE bare_${name} PARTITION OF bare ${bound}`);
  await client.query('CHECKPOINT');
  const started = performance.now();
  await client.query('INSERT INTO bare SELECT * FROM ready');
  return seconds(started);
}

function seconds(since) {
  return round((performance.now() - since) / 1000);
}

function round(value) {
  return Math.round(value * 100) / 100;
}

function peakMemoryMb() {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

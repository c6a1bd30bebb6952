import { parseArgs } from 'node:util';
import { Temporal } from 'temporal-polyfill';
import { builtInFiles, movedTo } from '../dist/features/campaigns/built-in-campaigns.service.js';
import { CampaignsService } from '../dist/features/campaigns/campaigns.service.js';
import { PlannerService } from '../dist/features/campaigns/planner.service.js';
import { bookDay, makeBook } from './support/book.mjs';
import { openPlatform, peakMemoryMb, round, seconds } from './support/platform.mjs';

export const description =
  'Seconds to plan an ordinary day of the whole built-in programme, and a day that reaches everybody beside a bare INSERT … SELECT of its rows (--policies 1000000)';

const bars = { ordinarySeconds: 3, ratio: 1.5, growthPercent: 15, memoryGrowthMb: 64 };

// A day on which no season's letter goes; the evening in Madrid, the next morning in Sydney.
const asOf = Temporal.Instant.from(`${bookDay}T23:00:00Z`);
const nextDay = asOf.add({ hours: 24 });

/**
 * Plans a book of a quarter of the size, and then the whole of it, each in a database of its own: how the cost of a
 * policy grows with the book is the difference.
 */
export async function run(args) {
  const { values } = parseArgs({ args, options: { policies: { type: 'string', default: '100000' } } });
  const policies = Number(values.policies);
  const quarter = await planBook(policies / 4);
  const whole = await planBook(policies);
  const growth = (name) => round(100 * (whole[name].seconds / 4 / quarter[name].seconds - 1));
  const growthPercent = { ordinary: growth('ordinary'), everybody: growth('everybody') };
  const memoryGrowthMb = whole.peakMemoryMb - quarter.peakMemoryMb;
  const passed = {
    ordinaryDay: whole.ordinary.seconds <= bars.ordinarySeconds,
    wholeBook: whole.ratio <= bars.ratio,
    growth: Math.max(...Object.values(growthPercent)) < bars.growthPercent,
    memory: memoryGrowthMb < bars.memoryGrowthMb,
  };
  return { policies, ...whole, quarter, growthPercent, memoryGrowthMb, bars, passed };
}

async function planBook(policies) {
  const platform = await openPlatform();
  const { client } = platform;
  try {
    await makeBook(client, policies);
    await makeHistory(client);
    const campaigns = platform.get(CampaignsService);
    const planner = platform.get(PlannerService);
    const apply = (file) => campaigns.apply(file, { activate: true, actor: 'bench' });
    for (const file of builtInFiles()) await apply(movedTo('2026-11-01', file));
    await client.query(
      `UPDATE step_progress SET planned_until = '${asOf.subtract({ hours: 24 }).toString()}'`,
    );

    const first = await measure(client, () => planner.plan(asOf));
    await client.query('VACUUM ANALYZE deliveries, last_contacts');
    const ordinary = await measure(client, () => planner.plan(nextDay));
    const tick = await measure(client, () => planner.plan(nextDay.add({ seconds: 15 }), 'recent'));
    await apply(JSON.stringify(everybody));
    const known = await newest(client);
    // As the scheduler comes by it: of the other campaigns nothing is due that quarter of a minute.
    const all = await measure(client, () => planner.plan(nextDay.add({ seconds: 30 }), 'recent'));
    const bareSeconds = await bareInsert(client, known);
    const ratio = round(all.seconds / bareSeconds);
    return { first, ordinary, tick, everybody: all, bareSeconds, ratio, peakMemoryMb: peakMemoryMb() };
  } finally {
    await platform.close();
  }
}

/** What has happened to the people of the book: payments that failed, claims, calls, lapses, new policies. */
async function makeHistory(client) {
  await client.query(`
    INSERT INTO customer_events (event_id, type, customer_id, policy_id, at)
    SELECT kind || '-' || n, (ARRAY['payment_failed', 'claim_closed', 'contact', 'portal_login'])[kind], customer_id, policy_id,
           timestamptz '${bookDay}T12:00Z' - make_interval(hours => n * 7 % 8760)
    FROM (SELECT customer_id, policy_id, substr(policy_id, 2)::int AS n FROM policies) book, generate_series(1, 4) AS kind
    WHERE n % 10 = kind;
    INSERT INTO policy_status_changes (policy_id, from_status, to_status, transition, changed_on)
    SELECT policy_id, 'grace', 'lapsed', 'lapsed', date '${bookDay}' - substr(policy_id, 2)::int * 11 % 365
    FROM policies WHERE status = 'lapsed';
    UPDATE policies SET cooling_off_ends_on = start_date + 14 WHERE start_date > date '${bookDay}' - 60`);
  await client.query('VACUUM ANALYZE customer_events, policy_status_changes, policies');
}

const everybody = {
  ...{
    key: 'bench-everybody',
    name: 'Everybody',
    class: 'marketing',
    topic: 'newsletter',
    subject: 'policy',
  },
  audience: { all: [] },
  trigger: { type: 'once', at: '2026-11-23T09:00' },
  steps: [{ key: 'only', template: 'newsletter' }],
  catchUpHours: 48,
};

async function measure(client, plan) {
  await client.query('CHECKPOINT');
  const started = performance.now();
  const { planned, heldOut, expired } = await plan();
  return { rows: planned + heldOut + expired, seconds: seconds(started) };
}

async function newest(client) {
  const { rows } = await client.query('SELECT max(delivery_id::text)::uuid AS id FROM deliveries');
  return rows[0].id;
}

/** The rows that came after one, ready in a table, put into an empty ledger with the same partitions and indexes. */
async function bareInsert(client, after) {
  await client.query(`
    DROP TABLE IF EXISTS ready, bare;
    CREATE UNLOGGED TABLE ready AS SELECT * FROM deliveries WHERE delivery_id > '${after}';
    CREATE TABLE bare (LIKE deliveries INCLUDING ALL) PARTITION BY RANGE (anchor_date)`);
  const { rows } = await client.query(`
    SELECT child.relname AS name, pg_get_expr(child.relpartbound, child.oid) AS bound,
           array_to_string(child.reloptions, ', ') AS options
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = 'deliveries'::regclass`);
  for (const { name, bound, options } of rows)
    await client.query(`CREATE TABLE bare_${name} PARTITION OF bare ${bound} WITH (${options})`);
  // The generated ones are worked out anew, as they are for the ledger itself.
  const {
    rows: [{ columns }],
  } = await client.query(`
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
    WHERE attrelid = 'deliveries'::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped`);
  await client.query('CHECKPOINT');
  const started = performance.now();
  await client.query(`INSERT INTO bare (${columns}) SELECT ${columns} FROM ready`);
  return seconds(started);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { register } from 'prom-client';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatabaseProbe } from '../../src/platform/database/database-probe.js';
import { projectRoot } from '../../src/platform/config/project-root.js';
import { openMetricsServer } from '../../src/platform/observability/metrics-server.js';
import { Scrape } from '../../src/platform/observability/scrape.js';
import { asOf, harness, until, type Harness } from './deliver-fixture.js';
import { SettableClock } from '../support/settable-clock.js';

type Samples = Map<string, number>;

/** Samples of the text that Prometheus reads, by name and labels as they stand there. */
function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

describe('metrics', () => {
  const clock = new SettableClock(asOf.toString());
  let on: Harness;
  const scrape = async () => samplesOf(await (await fetch(`${on.app.url}/metrics`)).text());

  beforeAll(async () => {
    on = await harness({ clock });
  });
  beforeEach(async () => {
    // What was remembered of the test before has grown old.
    clock.advance({ minutes: 1 });
    await on.reset();
  });
  afterAll(() => on.close());

  it('count of a run what the ledger and the mail server have of it', async () => {
    const before = await scrape();
    const grown = (after: Samples, name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    await on.people(40);
    await on.sql(`UPDATE customers SET email = NULL WHERE customer_id IN ('c1', 'c2')`);
    on.sink.script = (stage, to) =>
      stage === 'rcpt' && ['c3@example.com', 'c4@example.com', 'c5@example.com'].includes(to ?? '')
        ? '550 5.1.1 unknown'
        : null;
    await on.campaign();
    await on.plan();
    await on.settle();
    // The last row has ended a moment before the chunk that it was in.
    let after = before;
    await until('the chunk has ended', async () => {
      after = samplesOf(await register.metrics());
      return grown(after, 'aftercare_stage_seconds_count{stage="chunk"}') > 0;
    });
    const states = await on.sql<{ state: string; count: number }>(
      `SELECT state, count(*)::int AS count FROM deliveries GROUP BY state ORDER BY state`,
    );
    expect(states).toEqual([
      { state: 'bounced', count: 3 },
      { state: 'sent', count: 35 },
      { state: 'suppressed', count: 2 },
    ]);
    for (const { state, count } of states) {
      expect([state, grown(after, `aftercare_outcomes_total{state="${state}"}`)]).toEqual([state, count]);
    }
    expect(grown(after, 'aftercare_planned_rows_total{state="planned"}')).toBe(40);
    expect(grown(after, 'aftercare_released_rows_total{class="service"}')).toBe(40);
    expect(grown(after, 'aftercare_gate_decisions_total{decision="allowed",reason="none"}')).toBe(38);
    expect(grown(after, 'aftercare_gate_decisions_total{decision="suppressed",reason="no_address"}')).toBe(2);
    expect(grown(after, 'aftercare_messages_composed_total')).toBe(38);
    expect(grown(after, 'aftercare_handovers_total{outcome="accepted"}')).toBe(on.sink.accepted.length);
    expect(grown(after, 'aftercare_handovers_total{outcome="refused"}')).toBe(3);
    expect(grown(after, 'aftercare_replies_total{kind="address_dead",permanent="true",source="smtp"}')).toBe(
      3,
    );
    for (const stage of ['plan', 'release', 'claim', 'facts', 'compose', 'journal', 'handover', 'chunk']) {
      expect([stage, grown(after, `aftercare_stage_seconds_count{stage="${stage}"}`) > 0]).toEqual([
        stage,
        true,
      ]);
    }
  });

  it('show by gauges what the ledger has at the moment, and no address', async () => {
    await on.people(6);
    await on.campaign();
    await on.plan();
    await on.sql(`UPDATE campaigns SET state = 'paused'`);
    // Asked of another process than the one that has been asked just now, whose answer is kept for a while.
    const fresh = new Scrape();
    fresh['readers'].push(...on.app.get(Scrape)['readers']);
    const text = await fresh.text();
    const samples = samplesOf(text);
    expect(samples.get('aftercare_rows_waiting{why="paused"}')).toBe(6);
    expect(samples.get('aftercare_rows_waiting{why="ready"}')).toBe(0);
    expect(samples.get('aftercare_rows_today{state="planned"}')).toBe(6);
    expect(samples.get('aftercare_sending_stalled_seconds')).toBe(0);
    expect(samples.get('aftercare_database_bytes')).toBeGreaterThan(1e6);
    expect(text).not.toContain('@example.com');
    expect(text).not.toContain('motor-renewal');
  });

  it('say when the database cannot be read, and that it can again', async () => {
    const up = async (read: () => Promise<void>) => {
      const scrape = new Scrape();
      scrape.before(read);
      return samplesOf(await scrape.text()).get('aftercare_database_up');
    };
    const [read] = on.app.get(Scrape)['readers'];
    expect(await up(read!)).toBe(1);
    const database = on.app.get(DataSource);
    const query = vi.spyOn(database, 'query').mockRejectedValue(new Error('connect ECONNREFUSED'));
    clock.advance({ minutes: 1 });
    expect(await up(read!)).toBe(0);
    query.mockRestore();
    clock.advance({ minutes: 1 });
    expect(await up(read!)).toBe(1);
  });

  it('are served by a process without a portal as well, to this machine or who has the token', async () => {
    const parts = { scrape: on.app.get(Scrape), database: on.app.get(DatabaseProbe) };
    const server = await openMetricsServer(
      { host: '127.0.0.1', port: 0, token: 'a token for scrapers' },
      parts,
    );
    const { port } = server.address() as { port: number };
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      return { status: response.status, text: await response.text() };
    };
    expect((await ask('/metrics')).status).toBe(403);
    expect((await ask('/metrics', { authorization: 'Bearer a token for scrapers' })).text).toContain(
      'aftercare_stage_seconds',
    );
    expect(await ask('/api/health/live')).toEqual({ status: 200, text: 'live\n' });
    expect((await ask('/api/health/ready')).status).toBe(200);
    expect((await ask('/anything')).status).toBe(404);
    server.close();
  });

  it('have all that the shipped alerts speak of', () => {
    const rules = readFileSync(join(projectRoot, 'ops/alerts.yml'), 'utf8');
    const expressions = [...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expression]) => expression!);
    expect(expressions.length).toBe([...rules.matchAll(/- alert:/g)].length);
    const named = new Set(
      expressions.flatMap((text) => text.match(/\b(?:aftercare|process|nodejs)_[a-z0-9_]+/g) ?? []),
    );
    expect([...named].filter((name) => !register.getSingleMetric(name))).toEqual([]);
    // A label that the metric does not have would never match.
    for (const [, name, label] of rules.matchAll(/\b(aftercare_[a-z_]+)\{([a-z]+)=/g)) {
      const { labelNames } = register.getSingleMetric(name!) as unknown as { labelNames: string[] };
      expect([name, labelNames]).toEqual([name, expect.arrayContaining([label])]);
    }
  });

  it('are told in the manual, each by its name', () => {
    const manual = readFileSync(join(projectRoot, 'docs/operations.md'), 'utf8');
    const ours = register
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('aftercare_'));
    expect(ours.filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
  });
});

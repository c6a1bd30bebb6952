import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { SettlementService } from '../../src/features/deliveries/settlement.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { SettableClock } from '../support/settable-clock.js';
import { asOf, harness, until, type Harness } from '../integration/deliver-fixture.js';
import { expectLedgerAndSinkToAgree } from './deliver-laws.js';

const platform = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

describe('two platforms on one database, each scheduling and sending', () => {
  let on: Harness;
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    on = await harness();
    folder = mkdtempSync(join(tmpdir(), 'aftercare-many-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await on.close();
    rmSync(folder, { recursive: true });
  });

  function start(name: string): ChildProcess {
    const child = spawn(process.execPath, [platform], {
      env: {
        ...process.env,
        DATABASE_URL: on.database.url,
        SMTP_URL: on.sink.url,
        AFTERCARE_DATA_DIR: join(folder, name),
        AFTERCARE_SECRET: 'a secret that only the tests know',
        AFTERCARE_SAMPLE: '0',
        AFTERCARE_ROLES: 'scheduler,worker',
        MAIL_CONNECTIONS: '4',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    return child;
  }

  it('send each message once; one that is told to stop leaves nothing in doubt', async () => {
    const people = 300;
    // Due at midnight of this very day, whichever it is: the platforms go by the wall clock.
    const [{ day }] = (await on.sql(`SELECT ((now() AT TIME ZONE 'UTC')::date + 30)::text AS day`)) as [
      { day: string },
    ];
    await on.people(people, day);
    await on.sql(`UPDATE contact_limits SET opens = '00:00', closes = '24:00'`);
    const steps = [{ key: 't-30', offsetDays: -30, at: '00:00', template: 'renewal-reminder' }];
    await on.campaign({ steps });
    await on.campaign({ key: 'offer', class: 'marketing', steps });
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 20 } : null);
    const [first, second] = [start('one'), start('two')];
    await until('a part has gone out', () => on.sink.arrived.length > people / 2);
    first.kill('SIGTERM');
    expect((await once(first, 'exit'))[0]).toBe(0);
    await until('all is settled', async () => {
      const { planned, open } = await on.reconcile();
      return planned === 2 * people && open === 0;
    });
    second.kill('SIGTERM');
    await once(second, 'exit');
    await expectLedgerAndSinkToAgree(on, 0);
  });
});

describe('a clock that jumps', () => {
  let on: Harness;
  const clock = new SettableClock(asOf.toString());

  beforeEach(async () => {
    clock.set(asOf.toString());
    on = await harness({ clock });
    await on.people(5);
    await on.campaign();
  });
  afterEach(() => on.close());

  const settleByClock = () => on.app.get(SettlementService).settle(clock.now(), null, 20_000);

  it('back by a day and forward again: each message goes once', async () => {
    await on.app.get(PlannerService).plan(clock.now());
    clock.advance({ hours: -24 });
    await on.app.get(PlannerService).plan(clock.now());
    expect(await settleByClock()).toEqual({ going: 0, held: 0 });
    expect(on.sink.arrived).toHaveLength(0);
    clock.advance({ hours: 24 });
    await on.app.get(PlannerService).plan(clock.now());
    await settleByClock();
    clock.advance({ hours: -24 });
    await on.app.get(PlannerService).plan(clock.now());
    await settleByClock();
    expect((await expectLedgerAndSinkToAgree(on, 0)).map(({ state }) => state)).toEqual(
      Array(5).fill('sent'),
    );
  });

  it('forward over the window: what was planned expires, and does not go when it jumps back', async () => {
    await on.app.get(PlannerService).plan(clock.now());
    await on.app.get(DispatchService).release(clock.now());
    clock.advance({ hours: 72 });
    await settleByClock();
    clock.advance({ hours: -72 });
    await on.app.get(PlannerService).plan(clock.now());
    await settleByClock();
    const rows = await on.rows();
    expect(rows.map(({ state, reason }) => [state, reason])).toEqual(
      Array(5).fill(['expired', 'missed_window']),
    );
    expect(on.sink.arrived).toHaveLength(0);
  });
});

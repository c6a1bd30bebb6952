import { afterEach, expect, it } from 'vitest';
import { Stage } from '../../bench/send/chaos/stage.mjs';
import { until } from '../integration/deliver-fixture.js';

let stage: Stage;
afterEach(() => stage.close());

it('three schedulers and three workers, all of them replaced one by one in the middle of a run: nothing is lost, doubled or in doubt', async () => {
  stage = await Stage.open({ messages: 240 });
  const [schedulers, workers] = await Promise.all([
    Promise.all([1, 2, 3].map(() => stage.machine('scheduler'))),
    Promise.all([1, 2, 3].map(() => stage.machine('worker'))),
  ]);
  await stage.taken(20);
  for (const [index, machine] of [...workers, ...schedulers].entries()) {
    const next = await stage.machine(index < workers.length ? 'worker' : 'scheduler');
    await next.opened;
    await machine.opened;
    // As SIGTERM does: what is in flight is finished, the rest given back.
    await machine.ask('close');
    await machine.kill();
  }
  expect(await stage.verdict(0)).toMatchObject({ problems: [], lost: 0, doubledMarketing: 0, inDoubt: 0 });
  const jobs = await stage.server.ask(
    'book',
    `SELECT DISTINCT retry_count FROM pgboss.job WHERE name = 'dispatch'`,
  );
  // A chunk that was given back is none that was lost: nobody had to miss a heartbeat.
  expect(jobs).toEqual([{ retry_count: 0 }]);
});

it('a worker that is frozen loses its work to another, and doubles nothing when it wakes in the middle of that', async () => {
  stage = await Stage.open({ messages: 240 });
  await stage.machine('scheduler');
  const [frozen, other] = await Promise.all([stage.machine('worker'), stage.machine('worker')]);
  await Promise.all([frozen.opened, other.opened]);
  // Slow until both are at work, so that there is something to take over.
  stage.sink.answerMs = 1_000;
  await stage.taken(12);
  frozen.child.kill('SIGSTOP');
  stage.sink.answerMs = 200;
  const takenOver = () => stage.server.ask('book', `SELECT FROM dispatch_chunks WHERE claims > 1`);
  // A transaction that it stands still in is taken from it after a minute.
  await until('a chunk of its is taken over', async () => (await takenOver()).length > 0, 105_000);
  frozen.child.kill('SIGCONT');
  expect(await stage.verdict(4)).toMatchObject({ problems: [], lost: 0, doubledMarketing: 0 });
  expect(await frozen.ask('reconcile')).toMatchObject({ open: 0, balanced: true });
});

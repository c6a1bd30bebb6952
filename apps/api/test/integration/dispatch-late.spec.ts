import { afterAll, beforeAll, expect, it } from 'vitest';
import { harness, type Harness } from './deliver-fixture.js';

let on: Harness;
beforeAll(async () => {
  on = await harness({ config: { mailConnections: 1 } });
});
afterAll(() => on.close());

it('what is marked after the database was away for long is judged again', async () => {
  await on.people(4);
  await on.campaign({ class: 'marketing' });
  await on.plan();
  let first = '';
  const other = on.database.dataSource.createQueryRunner();
  const keepTheOthers = async () => {
    await on.sql(`UPDATE consent_state SET granted = false WHERE customer_id <> $1`, [first]);
    await other.startTransaction();
    await other.query(`SELECT FROM deliveries WHERE customer_id <> $1 FOR UPDATE`, [first]);
    setTimeout(() => void other.commitTransaction().then(() => other.release()), 10_500);
  };
  on.sink.script = (stage, to) => {
    if (stage !== 'message' || first !== '') return null;
    first = to!.slice(0, to!.indexOf('@'));
    return { until: keepTheOthers() };
  };
  await on.settle();
  expect(on.sink.arrived.map(({ to }) => to)).toEqual([`${first}@example.com`]);
  expect((await on.rows()).map(({ state }) => state).sort()).toEqual([
    ...['sent', 'suppressed', 'suppressed', 'suppressed'],
  ]);
});

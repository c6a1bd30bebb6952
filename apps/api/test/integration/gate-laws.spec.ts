import { daysBetween } from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { SettlementService } from '../../src/features/deliveries/settlement.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import { random } from '../faults/deliver-laws.js';
import { harness, type Harness } from './deliver-fixture.js';
import { limits, onceOn } from './gate-fixture.js';

/** Three platforms on one database, that release and send at the same time. */
let machines: Harness[];
let on: Harness;
beforeAll(async () => {
  on = await harness();
  const beside = () => harness({ database: on.database, sink: on.sink });
  machines = [on, await beside(), await beside()];
});
beforeEach(() => on.reset());
afterAll(async () => {
  for (const machine of machines.toReversed()) await machine.close();
});

const people = 60;
const days = ['2031-05-06', '2031-05-07', '2031-05-08', '2031-05-09'];

interface Mailed {
  customer_id: string;
  class: string;
  topic: string;
  to: string;
  on: string;
}

it.each([
  { seed: 1, contacts: 1, window: 3, countService: false },
  { seed: 2, contacts: 2, window: 2, countService: true },
])(
  'however releases and workers interleave, the cap of $contacts in $window days holds, and nobody is mailed who must not be (book $seed)',
  async ({ seed, contacts, window, countService }) => {
    const chance = random(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
    await on.people(people);
    await limits(on, { contacts, days: window, countService });
    // Families of two to six, written in different ways.
    for (let n = 1; n <= people; n += 1) {
      const address = chance() < 0.5 ? `home${Math.floor(n / 5)}@example.com` : `c${n}@example.com`;
      const email = chance() < 0.3 ? address.toUpperCase() : address;
      const zone = pick(['UTC', 'Pacific/Auckland', 'America/Los_Angeles', 'Asia/Kathmandu']);
      await on.sql(`UPDATE customers SET email = $2, time_zone = $3 WHERE customer_id = $1`, [
        `c${n}`,
        email,
        zone,
      ]);
    }
    for (const [index, day] of days.entries()) {
      for (const name of ['a', 'b', 'c', 'd']) {
        const contactClass = chance() < 0.25 ? 'service' : 'marketing';
        await onceOn(on, {
          ...{ key: `${name}${index}`, topic: name, day, at: pick(['08:00', '09:00', '09:30']) },
          ...{ class: contactClass, priority: Math.floor(chance() * 4), catchUpHours: pick([5, 30, 80]) },
          ...(contactClass === 'marketing' && chance() < 0.5 ? { holdout: 0.2 } : {}),
        });
      }
    }
    on.sink.script = (stage) =>
      stage === 'message' && chance() < 0.3 ? { waitMs: Math.floor(chance() * 15) } : null;
    const withdrawn = new Map<string, number>();
    // By the hour, so that each zone's morning has its turn; whoever settles may find another at the same rows.
    for (let hours = 6; hours < days.length * 24 + 24; hours += 13) {
      const asOf = Temporal.Instant.from(`${days[0]}T00:00:00Z`).add({ hours });
      const customer = `c${1 + Math.floor(chance() * people)}`;
      await on.sql(`UPDATE consent_state SET granted = false WHERE customer_id = $1`, [customer]);
      if (!withdrawn.has(customer)) withdrawn.set(customer, on.sink.arrived.length);
      await on.app.get(PlannerService).plan(asOf);
      const release = ({ app }: Harness) => app.get(DispatchService).release(asOf, asOf);
      const settle = ({ app }: Harness) => app.get(SettlementService).settle(asOf, asOf, 30_000);
      // Somebody moves while letters are on their way.
      const moving = on.sql(`UPDATE customers SET email = 'home1@example.com' WHERE customer_id = $1`, [
        `c${1 + Math.floor(chance() * people)}`,
      ]);
      await Promise.all([...machines.map(release), ...machines.map(settle), moving]);
    }

    const rows = await on.sql<Omit<Mailed, 'to'> & { delivery_id: string; state: string }>(
      `SELECT delivery_id, customer_id, class, topic, state, contact_on AS on FROM deliveries`,
    );
    const byId = new Map(rows.map((row) => [row.delivery_id, row]));
    const mailed = on.sink.arrived.map(({ deliveryId, to }): Mailed => {
      const row = byId.get(deliveryId!)!;
      expect(row.state, 'whoever got a letter is in the ledger as sent').toBe('sent');
      return { ...row, to: to.toLowerCase() };
    });
    const marketing = mailed.filter((each) => each.class === 'marketing');
    expect(marketing.length).toBeGreaterThan(people / 2);
    expect(new Set(on.sink.arrived.map(({ deliveryId }) => deliveryId)).size).toBe(mailed.length);
    expect(tooOften(marketing, contacts, window)).toEqual([]);
    expect(rows.filter(({ state }) => state === 'held_out').length).toBeGreaterThan(0);
    for (const [customer, from] of withdrawn) {
      const after = on.sink.arrived.slice(from).map(({ deliveryId }) => byId.get(deliveryId!)!);
      expect(after.filter((row) => row.customer_id === customer && row.class === 'marketing')).toEqual([]);
    }
    expect((await on.reconcile()).balanced).toBe(true);
  },
);

/** Windows in which a person or an address got more than allowed. */
function tooOften(mailed: readonly Mailed[], contacts: number, window: number): string[] {
  const keys = new Set(mailed.flatMap((each) => [each.customer_id, each.to]));
  return [...keys].flatMap((key) => {
    const ofKey = mailed.filter((each) => each.customer_id === key || each.to === key);
    return ofKey.flatMap(({ on: end }) => {
      const within = ofKey.filter((each) => {
        const before = daysBetween(each.on, end);
        return before >= 0 && before < window;
      });
      return within.length > contacts ? [`${key}: ${within.length} in the ${window} days to ${end}`] : [];
    });
  });
}

import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { zoneArbitrary } from '../testing.js';
import { addDays } from '../time/civil-date.js';
import { dueInstant } from '../time/slots.js';
import type { Step } from './step.js';
import { finishesAt } from './finishing.js';

const replacedAt = Temporal.Instant.from('2026-11-22T12:00:00Z');
const step = (offsetDays: number, at = '09:00'): Step => ({
  ...{ key: `s${offsetDays}-${at}`, offsetDays, at, channel: 'email', template: 't' },
  ...{ content: {}, when: null, variants: [] },
});
const until = (offsets: number[], endsOn: string | null = null, catchUpHours = 48) =>
  finishesAt({ steps: offsets.map((days) => step(days)), endsOn, catchUpHours }, replacedAt)?.toString() ??
  null;

describe('finishesAt', () => {
  it.each([
    // 27 days between the steps, 24 + 26 hours for times of day and zones, 48 to catch up.
    [[-30, -3], null, '2026-12-23T14:00:00Z'],
    [[-30, -3, -45], null, '2027-01-07T14:00:00Z'],
    [[-30, -3], '2026-12-01', '2026-12-04T12:00:00Z'],
    [[-30, -3], '2027-12-01', '2026-12-23T14:00:00Z'],
    [[-30, -3], '2026-11-01', null],
    [[-30], null, null],
  ] as const)('steps at %j, last day %s: %s', (offsets, endsOn, expected) => {
    expect(until([...offsets], endsOn)).toBe(expected);
  });

  it('leaves time for each further step of everybody who has entered, wherever they move', () => {
    const times = fc.constantFrom('00:00', '02:30', '09:00', '23:59');
    const steps = fc
      .array(fc.tuple(fc.integer({ min: -60, max: 60 }), times), { minLength: 2, maxLength: 5 })
      .map((list) => list.map(([days, at]) => step(days, at)));
    const zones = zoneArbitrary.map((zone) => zone ?? 'UTC');
    const entered = fc.record({ ago: fc.integer({ min: 0, max: 3 }), index: fc.nat() });
    fc.assert(
      fc.property(steps, zones, zones, entered, (of, zone, later, { ago, index }) => {
        const first = of[index % of.length]!;
        const localDate = addDays('2026-11-22', -ago);
        const due = dueInstant(localDate, first.at, zone);
        fc.pre(Temporal.Instant.compare(due, replacedAt) <= 0);
        const through = finishesAt({ steps: of, endsOn: null, catchUpHours: 5 }, replacedAt)!;
        for (const next of of) {
          const on = addDays(localDate, next.offsetDays - first.offsetDays);
          const last = dueInstant(on, next.at, later).add({ hours: 5 });
          expect(Temporal.Instant.compare(last, through)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

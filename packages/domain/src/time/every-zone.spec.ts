import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays } from './civil-date.js';
import { localDay, offsetStretches } from './local-day.js';
import { slotsDue } from './slots.js';

const from = Temporal.Instant.from('2000-01-01T00:00Z');
const to = Temporal.Instant.from('2041-01-01T00:00Z');

/** Every change of the clocks of a zone in these years. */
function transitionsOf(zone: string): Temporal.ZonedDateTime[] {
  const found: Temporal.ZonedDateTime[] = [];
  let next = from.toZonedDateTimeISO(zone).getTimeZoneTransition('next');
  while (next !== null && Temporal.Instant.compare(next.toInstant(), to) < 0) {
    found.push(next);
    next = next.getTimeZoneTransition('next');
  }
  return found;
}

const zones = Intl.supportedValuesOf('timeZone');

/**
 * Every change there is, once: many zones change together, from the same offset to the same other one, and their
 * days are then the same days.
 */
const changes = new Map(
  zones.flatMap((zone) =>
    transitionsOf(zone).map((change) => {
      const before = change.subtract({ nanoseconds: 1 }).offset;
      return [`${change.epochMilliseconds} ${before} ${change.offset}`, { zone, change }] as const;
    }),
  ),
);

describe('every change of the clocks of every zone from 2000 to 2040', () => {
  it('is there to be looked at', () => {
    expect(zones.length).toBeGreaterThan(400);
    expect(changes.size).toBeGreaterThan(1000);
  });

  it('leaves each local day exactly one moment, also where planning paused at the very change', () => {
    const wrong: string[] = [];
    for (const { zone, change } of changes.values()) {
      const moment = change.toInstant();
      const edges = [moment.subtract({ hours: 50 }), moment, moment.add({ hours: 50 })] as const;
      // The times that the change skips or shows twice: the clock just before it, and as it shows afterwards.
      for (const clock of [change.subtract({ seconds: 1 }), change]) {
        const at = clock.toPlainTime().toString({ smallestUnit: 'minute' });
        const dates = [0, 1]
          .flatMap((piece) => slotsDue({ zones: [zone], at, after: edges[piece]!, upTo: edges[piece + 1]! }))
          .map(({ localDate }) => localDate);
        const inOrder = dates.every((date, index) => index === 0 || date === addDays(dates[index - 1]!, 1));
        if (!inOrder || dates.length < 4) wrong.push(`${change.toString()} at ${at}: ${dates.join(' ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is a seam between two stretches of one offset, which tell the local day of any moment', () => {
    const wrong: string[] = [];
    for (const { zone, change } of changes.values()) {
      const moment = change.toInstant();
      const stretches = offsetStretches(zone, moment.subtract({ hours: 30 }), moment.add({ hours: 30 }));
      for (const hours of [-29, -1, -0.001, 0, 0.001, 1, 23.5]) {
        const asked = moment.add({ seconds: Math.round(hours * 3600) });
        const stretch = stretches.find(
          ({ from: first, to: end }) =>
            Temporal.Instant.compare(first, asked) <= 0 && Temporal.Instant.compare(asked, end) < 0,
        );
        const shown = asked.add({ seconds: stretch!.seconds }).toString().slice(0, 10);
        if (stretches.length < 2 || shown !== localDay(asked, zone))
          wrong.push(`${zone} ${asked.toString()}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('the offsets of a zone', () => {
  it('follow one another without a gap from the first moment to before the last', () => {
    for (const zone of zones) {
      const stretches = offsetStretches(zone, from, to);
      expect(stretches[0]!.from.equals(from)).toBe(true);
      expect(stretches.at(-1)!.to.equals(to)).toBe(true);
      for (const [index, stretch] of stretches.entries()) {
        if (index > 0) expect(stretch.from.equals(stretches[index - 1]!.to)).toBe(true);
      }
    }
  });

  it('are none of no time', () => {
    expect(offsetStretches('UTC', from, from)).toEqual([]);
  });
});

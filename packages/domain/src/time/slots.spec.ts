import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addDays } from './civil-date.js';
import { dueInstant, slotsDue } from './slots.js';

const instant = (text: string): Temporal.Instant => Temporal.Instant.from(text);

describe('dueInstant', () => {
  it.each([
    ['2026-11-22', '09:00', 'Asia/Kathmandu', '2026-11-22T03:15:00Z', 'an odd offset'],
    ['2026-03-29', '02:30', 'Europe/Madrid', '2026-03-29T01:30:00Z', 'in the gap: shown as 03:30'],
    ['2026-10-25', '02:30', 'Europe/Madrid', '2026-10-25T01:30:00Z', 'shown twice: the later'],
    ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45:00Z', 'a gap of half an hour'],
    ['2018-11-04', '00:00', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', 'a midnight that is not there'],
    ['2011-12-30', '09:00', 'Pacific/Apia', '2011-12-30T19:00:00Z', 'a day that is not there: on the next'],
    ['2011-12-31', '09:00', 'Pacific/Apia', '2011-12-30T19:00:00Z', 'that next day'],
  ])('%s %s in %s is %s (%s)', (date, at, zone, due) => {
    expect(dueInstant(date, at, zone).toString()).toBe(due);
  });
});

describe('slotsDue', () => {
  it('leaves out the moment it begins after and takes in the moment it ends at', () => {
    const nine = instant('2026-11-22T09:00:00Z');
    const next = instant('2026-11-23T09:00:00Z');
    expect(slotsDue({ zones: ['UTC'], at: '09:00', after: nine, upTo: next })).toEqual([
      { zone: 'UTC', localDate: '2026-11-23', dueAt: next },
    ]);
  });

  it('gives nothing for an empty or a backward range: the clock may jump', () => {
    const noon = instant('2026-11-22T12:00:00Z');
    const range = { zones: ['UTC'], at: '09:00', after: noon };
    expect(slotsDue({ ...range, upTo: noon })).toEqual([]);
    expect(slotsDue({ ...range, upTo: instant('2026-11-20T00:00:00Z') })).toEqual([]);
  });

  it('gives the day that Samoa skipped with the day after it, so that nobody is lost', () => {
    const slots = slotsDue({
      zones: ['Pacific/Apia'],
      at: '09:00',
      after: instant('2011-12-29T00:00:00Z'),
      upTo: instant('2012-01-01T00:00:00Z'),
    });
    expect(slots.map(({ localDate, dueAt }) => `${localDate} ${dueAt.toString()}`)).toEqual([
      '2011-12-29 2011-12-29T19:00:00Z',
      '2011-12-30 2011-12-30T19:00:00Z',
      '2011-12-31 2011-12-30T19:00:00Z',
      '2012-01-01 2011-12-31T19:00:00Z',
    ]);
  });

  // Instants at which clocks somewhere did something, so that random ranges fall on it more often than by luck.
  const oddMoments = [
    '2011-12-30T10:00:00Z',
    '2026-03-29T01:00:00Z',
    '2026-10-25T01:00:00Z',
    '2018-11-04T03:00:00Z',
    '1993-08-21T12:00:00Z',
    '2006-10-29T02:31:00Z',
  ];
  const moment = fc.oneof(
    fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) }),
    fc
      .tuple(fc.constantFrom(...oddMoments), fc.integer({ min: -30 * 3_600_000, max: 30 * 3_600_000 }))
      .map(([odd, shift]) => instant(odd).epochMilliseconds + shift),
  );
  const time = fc
    .integer({ min: 0, max: 1439 })
    .map(
      (minute) =>
        `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    );
  const hour = 3_600_000;

  /** Every date from the first to the last seen, each once and in order. */
  function expectEachDateOnce(dates: readonly string[], zone: string): void {
    for (const [index, date] of dates.entries()) {
      if (index > 0) expect(date, zone).toBe(addDays(dates[index - 1] ?? '', 1));
    }
  }

  it('gives each local date exactly once over adjoining ranges, in every zone there is', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      fc.assert(
        fc.property(
          moment,
          time,
          fc.array(fc.integer({ min: 0, max: 60 * hour }), { minLength: 1, maxLength: 4 }),
          (start, at, lengths) => {
            const edges = lengths.reduce<number[]>(
              (list, length) => [...list, (list.at(-1) ?? start) + length],
              [start],
            );
            const inPieces = edges.slice(1).flatMap((edge, index) =>
              slotsDue({
                zones: [zone],
                at,
                after: Temporal.Instant.fromEpochMilliseconds(edges[index] ?? 0),
                upTo: Temporal.Instant.fromEpochMilliseconds(edge),
              }),
            );
            expectEachDateOnce(
              inPieces.map(({ localDate }) => localDate),
              zone,
            );
            const last = edges.at(-1) ?? start;
            // Days are 23 to 25 hours long but where a zone changed sides of the day line.
            expect(inPieces.length).toBeGreaterThanOrEqual(Math.floor((last - start) / (49 * hour)));
            for (const { dueAt } of inPieces) {
              expect(dueAt.epochMilliseconds > start && dueAt.epochMilliseconds <= last).toBe(true);
            }
          },
        ),
        { numRuns: 4 },
      );
    }
  });

  it('shows the asked time on the zone’s own clock, unless the clock skips it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), moment, time, (zone, start, at) => {
        // The clock of Intl and not Temporal's is read: another author's reading of the same zone data.
        const clock = new Intl.DateTimeFormat('sv-SE', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'short',
        });
        const slots = slotsDue({
          zones: [zone],
          at,
          after: Temporal.Instant.fromEpochMilliseconds(start),
          upTo: Temporal.Instant.fromEpochMilliseconds(start + 72 * hour),
        });
        for (const { localDate, dueAt } of slots) {
          const due = dueAt.epochMilliseconds;
          const shown = clock.format(due);
          const asked = `${localDate} ${at}`;
          const days = [...Array(49 * 4).keys()].map((quarter) => due + (quarter - 24 * 4) * 900_000);
          if (shown !== asked) {
            // Then no moment about it shows the asked time, to the minute that quarters of an hour can tell.
            expect(shown > asked, `${zone} ${asked} ${shown}`).toBe(true);
            expect(days.some((day) => clock.format(day) === asked)).toBe(false);
          } else {
            expect(
              days.filter((day) => day > due).some((day) => clock.format(day) === asked),
              'a later one',
            ).toBe(false);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

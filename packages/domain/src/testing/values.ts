import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { addDays } from '../time/civil-date.js';

/*
 * Random books, rules and campaigns for property tests, here and in the rooms that must agree with this one.
 * Values come from small pools, odd ones among them, so that a random rule meets a random fact often enough to
 * be true of it; now and then anything at all is thrown in.
 */

/** Days that calendars stumble over, and the pool's middle: books and rules lie about it. */
const middle = '2026-02-26';
const oddDays = [
  '2024-02-29',
  '2026-02-28',
  '2026-03-01',
  '2025-12-31',
  '1999-12-31',
  '2000-02-29',
  '1900-03-01',
];

/** A calendar date: mostly about the middle of the pool, some odd ones, some far away. */
export const dateArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -12, max: 12 }).map((days) => addDays(middle, days)) },
  { weight: 3, arbitrary: fc.integer({ min: -45, max: 45 }).map((days) => addDays(middle, days)) },
  { weight: 2, arbitrary: fc.constantFrom(...oddDays) },
  { weight: 1, arbitrary: fc.integer({ min: -40_000, max: 40_000 }).map((days) => addDays(middle, days)) },
);

/** A moment about the middle of the pool, on half hours: so that it falls on midnights and on due times. */
export const momentArbitrary: fc.Arbitrary<Temporal.Instant> = fc
  .integer({ min: -14 * 48, max: 14 * 48 })
  .map((halfHours) => Temporal.Instant.from(`${middle}T00:00Z`).add({ minutes: halfHours * 30 }));

// What makes readers disagree: capitals without a partner, final sigma, wildcards of LIKE, quotes, other planes.
const oddTexts = [
  '',
  ' ',
  'ß',
  'İzmir',
  'ıi',
  'ΟΔΟΣ',
  'Ünal',
  'UNAL',
  '100%',
  'a_b',
  "O'Hara",
  '\\',
  '李雷',
  '😀',
  'e\u0301',
];
const plainTexts = ['Ana', 'ana', 'ANA', 'Banana', 'en', 'en-GB', 'zh-CN', 'EUR', 'North', 'A1', 'A12'];

/** A text of one line: from the pools, or up to five characters of any kind that a rule may hold. */
export const textArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...plainTexts) },
  { weight: 3, arbitrary: fc.constantFrom(...oddTexts) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 5 })
      .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)),
  },
);

/** An amount of money: small ones that meet, and the largest that is exact. */
export const amountArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 100, 105, 110, 1250, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 0, max: 200 }),
);

/** Zones of both hemispheres, with half hours, with none, with the day line; and not known. */
export const zoneArbitrary: fc.Arbitrary<string | null> = fc.constantFrom(
  null,
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
);

/** A value that is missing now and then. */
export const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { freq: 3 });

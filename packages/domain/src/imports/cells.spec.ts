import { describe, expect, it } from 'vitest';
import { CellProblem, type CellReader } from './cell-problem.js';
import * as cells from './cells.js';

const clock = { tomorrow: '2026-11-23' };

/** The value of a cell, or the code of what is wrong with it. */
function read(reader: CellReader<unknown>, cell: unknown): unknown {
  const value = reader(cell, clock);
  return value instanceof CellProblem ? value.code : value;
}

type Case = [cell: unknown, expected: unknown];
function table(name: string, reader: CellReader<unknown>, cases: Case[]): void {
  describe(name, () => {
    it.each(cases)('%j → %j', (cell, expected) => {
      expect(read(reader, cell)).toEqual(expected);
    });
  });
}

table('text', cells.text(10), [
  ['Ana', 'Ana'],
  ['  Ana ', 'Ana'],
  ['李雷', '李雷'],
  ["O'Hara 😀", "O'Hara 😀"],
  ['x'.repeat(11), 'too_long'],
  ['a\r\nBcc: b', 'control_characters'],
  ['a\nb', 'control_characters'],
  ['a\tb', 'control_characters'],
  ['a\u0000b', 'control_characters'],
  ['a\u007fb', 'control_characters'],
  ['a\u0085b', 'control_characters'],
  ['a\u2028b', 'control_characters'],
  ['a\u202eb', 'control_characters'],
  ['a\ud800b', 'control_characters'],
  [7, 'not_text'],
  [{}, 'not_text'],
  [true, 'not_text'],
]);

table('choice', cells.choice(['motor', 'home']), [
  ['motor', 'motor'],
  [' home ', 'home'],
  ['Motor', 'not_a_choice'],
  ['boat', 'not_a_choice'],
  [1, 'not_a_choice'],
]);

table('minorUnits', cells.minorUnits, [
  ['0', 0],
  ['48050', 48050],
  [' 48050 ', 48050],
  [48050, 48050],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', 'too_large'],
  ['9'.repeat(31), 'not_an_integer'],
  ['-1', 'negative'],
  [-1, 'negative'],
  ['480.50', 'not_an_integer'],
  [480.5, 'not_an_integer'],
  ['48,050', 'not_an_integer'],
  ['48 050', 'not_an_integer'],
  ['1e3', 'not_an_integer'],
  ['0x10', 'not_an_integer'],
  ['EUR 5', 'not_an_integer'],
  ['NaN', 'not_an_integer'],
  [Infinity, 'not_an_integer'],
  [true, 'not_an_integer'],
  [[5], 'not_an_integer'],
]);

table('boolean', cells.boolean, [
  ['true', true],
  ['FALSE', false],
  ['Yes', true],
  ['no', false],
  ['1', true],
  ['0', false],
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ['t', 'not_a_boolean'],
  ['maybe', 'not_a_boolean'],
  [2, 'not_a_boolean'],
]);

table('civilDate', cells.civilDate, [
  ['2024-02-29', '2024-02-29'],
  [' 2024-02-29 ', '2024-02-29'],
  ['2026-02-29', 'no_such_date'],
  ['29.02.2024', 'not_a_date'],
  ['1066-10-14', 'date_out_of_range'],
  [20240229, 'not_a_date'],
]);

table('pastDate', cells.pastDate, [
  ['1980-02-29', '1980-02-29'],
  ['2026-11-23', '2026-11-23'],
  ['2026-11-24', 'future_date'],
  ['1980-02-30', 'no_such_date'],
]);

table('instant', cells.instant, [
  ['2026-05-01T08:00:00Z', '2026-05-01T08:00:00.000Z'],
  ['2026-05-01T08:00:00.1239Z', '2026-05-01T08:00:00.123Z'],
  ['2026-05-01T08:00:00,5z', '2026-05-01T08:00:00.500Z'],
  ['2026-05-01 08:00:00+02:00', '2026-05-01T06:00:00.000Z'],
  ['2026-05-01 01:00+02', '2026-04-30T23:00:00.000Z'],
  ['2026-05-01T08:00:00-0530', '2026-05-01T13:30:00.000Z'],
  ['2026-05-01T08:00', '2026-05-01T08:00:00.000Z'],
  ['2026-05-01', '2026-05-01T00:00:00.000Z'],
  ['2026-02-30T08:00:00Z', 'no_such_date'],
  ['2026-02-30 08:00', 'no_such_date'],
  ['2026-05-01T24:00:00Z', 'no_such_time'],
  ['2026-05-01T08:60:00Z', 'no_such_time'],
  ['2026-05-01T08:00:60Z', 'no_such_time'],
  ['2026-05-01T08:00:00+16:00', 'no_such_time'],
  ['0026-05-01T08:00:00Z', 'date_out_of_range'],
  ['01/05/2026', 'not_an_instant'],
  ['yesterday', 'not_an_instant'],
  ['2026-05-01T08:00:00Z[Europe/Paris]', 'not_an_instant'],
  [1777622400, 'not_an_instant'],
]);

table('email', cells.email, [
  ['ana@example.com', 'ana@example.com'],
  [' ana@example.com ', 'ana@example.com'],
  ['ana@', 'bad_email'],
  ['ana@example.com, eva@example.com', 'bad_email'],
  ['ana@example.com\r\nBcc: eva@example.com', 'control_characters'],
  [5, 'not_text'],
]);

table('timeZone', cells.timeZone, [
  ['Europe/Madrid', 'Europe/Madrid'],
  ['Europe/Atlantis', 'unknown_zone'],
  ['+01:00', 'unknown_zone'],
  [1, 'unknown_zone'],
]);

table('currency', cells.currency, [
  ['EUR', 'EUR'],
  ['CNY', 'CNY'],
  ['eur', 'bad_currency'],
  ['EURO', 'bad_currency'],
  ['QQQ', 'bad_currency'],
]);

table('locale', cells.locale, [
  ['en', 'en'],
  ['zh_cn', 'zh-CN'],
  ['zh-hans-cn', 'zh-Hans-CN'],
  ['english language', 'bad_locale'],
  ['x', 'bad_locale'],
  ['en-'.repeat(20), 'bad_locale'],
  [3, 'bad_locale'],
]);

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
table('json', cells.json, [
  ['{"make":"Seat","doors":5}', { make: 'Seat', doors: 5 }],
  [{ make: 'Seat' }, { make: 'Seat' }],
  ['{\n "make": "Seat"\n}', { make: 'Seat' }],
  ['{"note":"a literal \\\\u0000"}', { note: 'a literal \\u0000' }],
  ['{"name":"\\u0041na"}', { name: 'Ana' }],
  ['{', 'not_json'],
  ['[1]', 'not_json'],
  ['"Seat"', 'not_json'],
  ['null', 'not_json'],
  [[1], 'not_json'],
  [5, 'not_json'],
  [nested(32), JSON.parse(nested(32))],
  [nested(33), 'not_json'],
  ['['.repeat(60_000), 'not_json'],
  [`{"a":"${'x'.repeat(70_000)}"}`, 'too_long'],
  ['{"a":"\\u0000"}', 'control_characters'],
  ['{"a":["\\ud800"]}', 'control_characters'],
  ['{"\\u0000":1}', 'control_characters'],
  [{ a: '\ud800' }, 'control_characters'],
]);

it('knows a good locale again, and goes on after more of them than it remembers', () => {
  const letter = (n: number): string => String.fromCharCode(97 + n);
  for (let n = 0; n < 26 * 26 * 2; n += 1) {
    const tag = `en-x-${letter(n % 26)}${letter(Math.floor(n / 26) % 26)}${letter(Math.floor(n / 676))}`;
    expect(read(cells.locale, tag)).toBe(tag);
  }
});

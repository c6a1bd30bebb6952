import { describe, expect, it } from 'vitest';
import { parse } from 'csv-parse/sync';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it('brings back what was put in, whatever it is made of', () => {
    const cells = ['plain', 'a "quoted", b', 'two\r\nlines', '', 'ünïcødé 秀英', ' spaces '];
    expect(parse(csvLine(cells))).toEqual([cells]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', "=cmd|' /C calc'!A0", '＝1'])(
    'is text to a spreadsheet where a cell looks like a formula: %j',
    (cell) => expect(parse(csvLine([cell, 'x']))).toEqual([[`'${cell}`, 'x']]),
  );

  it('writes nothing for what is not known', () => {
    expect(csvLine([null, 0, new Date('2026-11-22T10:00:00Z'), undefined])).toBe(
      ',0,2026-11-22T10:00:00.000Z,\r\n',
    );
  });
});

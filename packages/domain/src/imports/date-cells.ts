import { civilDateProblem, earliestYear, latestYear } from '../time/civil-date.js';
import { CellProblem } from './cell-problem.js';

/** What is wrong with a calendar date, in words; null when nothing is. */
export function dateProblem(text: string): CellProblem | null {
  switch (civilDateProblem(text)) {
    case null:
      return null;
    case 'not_a_date':
      return new CellProblem('not_a_date', 'is not a date; write it YYYY-MM-DD');
    case 'no_such_date':
      return new CellProblem('no_such_date', `the date ${text} does not exist`);
    case 'date_out_of_range':
      return new CellProblem(
        'date_out_of_range',
        `must lie between the years ${earliestYear} and ${latestYear}`,
      );
  }
}

// The writing that core systems export most, told apart first: it needs no arithmetic, and files have millions.
const inUtcAlready = /^.{10}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const anyInstant =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(?:Z|([+-])(\d{2})(?::?(\d{2}))?))?)?$/i;

/**
 * A moment in UTC, `2026-05-01T08:00:00.000Z`; what is finer than a millisecond is dropped. Written with a zone (Z or
 * an offset); without one it is read as UTC, and a date alone as the first moment of its day in UTC.
 */
export function instantInUtc(text: string): string | CellProblem {
  const date = text.slice(0, 10);
  if (inUtcAlready.test(text)) return dateProblem(date) ?? `${text.slice(0, 19)}.000Z`;
  const match = anyInstant.exec(text);
  if (match === null)
    return new CellProblem('not_an_instant', 'is not a moment; write it like 2026-05-01T08:00:00Z');
  const part = (group: number): number => Number(match[group] ?? 0);
  const [hour, minute, second, offsetHours, offsetMinutes] = [part(2), part(3), part(4), part(7), part(8)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 15 || offsetMinutes > 59) {
    return new CellProblem('no_such_time', `the time ${text.slice(11)} does not exist`);
  }
  const problem = dateProblem(date);
  if (problem !== null) return problem;
  const milliseconds = Number((match[5] ?? '').padEnd(3, '0').slice(0, 3));
  const offset = (offsetHours * 60 + offsetMinutes) * (match[6] === '-' ? -1 : 1);
  const minutes = hour * 60 + minute - offset;
  return new Date(Date.parse(date) + minutes * 60_000 + second * 1000 + milliseconds).toISOString();
}

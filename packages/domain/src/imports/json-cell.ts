import { CellProblem } from './cell-problem.js';

const mostCharacters = 65_536;
const deepest = 32;

/** The JSON object that a cell holds, or what is wrong with it. */
export function jsonObject(cell: unknown): Readonly<Record<string, unknown>> | CellProblem {
  let value: unknown = cell;
  if (typeof cell === 'string') {
    if (cell.length > mostCharacters) {
      return new CellProblem('too_long', `has ${cell.length} characters; at most ${mostCharacters} are kept`);
    }
    try {
      value = JSON.parse(cell);
    } catch {
      return new CellProblem('not_json', 'is not JSON; write an object, like {"make":"Seat"}');
    }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new CellProblem('not_json', 'must be a JSON object, like {"make":"Seat"}');
  }
  // Most cells are short and hold no escapes: they cannot have the flaws that are looked for.
  const plain =
    typeof cell === 'string' && !suspect.test(cell) && (cell.match(openings)?.length ?? 0) <= deepest;
  const flaw = plain ? null : flawOf(value, 1);
  return flaw ?? (value as Record<string, unknown>);
}

const suspect = /\\u|\p{Cs}/u;
const openings = /[[{]/g;

/** What PostgreSQL's jsonb would refuse: NUL, halves of characters; and nesting that no reader can follow. */
function flawOf(value: unknown, depth: number): CellProblem | null {
  if (depth > deepest) return new CellProblem('not_json', `is nested more than ${deepest} deep`);
  if (typeof value === 'string') {
    // eslint-disable-next-line no-control-regex -- finding it is the point
    return /[\u0000\p{Cs}]/u.test(value)
      ? new CellProblem('control_characters', 'holds a NUL or half a character; remove it')
      : null;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const flaw = flawOf(key, depth) ?? flawOf(item, depth + 1);
    if (flaw !== null) return flaw;
  }
  return null;
}

import { askingHelpers, fixedHelpers, helpers, need, seen, type Reader } from './helpers.js';
import type { Call, Expression, Path } from './tree.types.js';

/** What the programs of a letter write about, and what they have worked out of it so far. */
export type Message = { root: object; reader: Reader; known: unknown[] };

/** Works out a value for the thing that is written about, within one message. */
export type Value<Result = unknown> = (context: unknown, message: Message) => Result;

/** What is demanded of the value at a path. */
export type Check = (value: unknown, path: string) => unknown;

/** Where an expression stands. */
export type Place = {
  /** What is the same in every message that will be written. */
  constants: object;
  /** Whether a plain path begins at the message, and not at an item of a list. */
  atRoot: boolean;
};

/**
 * The values that a letter's programs ask for. The same dates, amounts and links stand in its subject, its HTML and its
 * text: what does not hang on an item of a list is worked out once in a message, when it is first asked for.
 */
export class Values {
  private readonly shared = new Map<string, Value>();

  /** A message about which nothing is known yet. */
  begin(root: object, reader: Reader): Message {
    return { root, reader, known: new Array<unknown>(this.shared.size) };
  }

  of(expression: Expression, check: Check, place: Place): Value {
    switch (expression.kind) {
      case 'literal':
        return () => expression.value;
      case 'path':
        return this.once(check.name, expression, place, checked(expression, check));
      case 'call':
        return this.once('call', expression, place, this.called(expression, place));
    }
  }

  /**
   * A value that is kept within a message, but for one of a list's item.
   * @param purpose what is done to the expression; with it, it is a value of its own
   */
  once<Result>(purpose: string, of: Expression, { atRoot }: Place, work: Value<Result>): Value<Result> {
    if (!atRoot && !isOfRoot(of)) return work;
    const key = `${purpose} ${JSON.stringify(of)}`;
    const same = this.shared.get(key);
    if (same) return same as Value<Result>;
    const index = this.shared.size;
    const value: Value<Result> = (context, message) => {
      const known = message.known[index];
      if (known !== undefined) return known as Result;
      const fresh = work(context, message);
      message.known[index] = fresh;
      return fresh;
    };
    this.shared.set(key, value);
    return value;
  }

  private called({ helper: name, args }: Call, place: Place): Value {
    const helper = helpers.get(name);
    if (!helper) throw new SyntaxError(`There is no helper ${name}.`);
    const check = Object.hasOwn(askingHelpers, name) ? seen : need;
    const values = args.map((argument) => this.of(argument, check, place));
    const [first, second] = values;
    // Nearly all take one or two, and a list of arguments costs more than most of them do.
    if (values.length === 1 && first)
      return (context, message) => helper(message.reader, first(context, message) as never);
    if (values.length === 2 && first && second)
      return (context, message) =>
        helper(message.reader, first(context, message) as never, second(context, message) as never);
    return (context, message) =>
      helper(message.reader, ...(values.map((value) => value(context, message)) as never[]));
  }
}

/**
 * What an expression comes to in every message alike; null where that is not known yet, or where it is to be
 * complained about, which is done when it should be written.
 */
export function constantOf(expression: Expression, check: Check, place: Place): { value: unknown } | null {
  if (!isFixed(expression, place)) return null;
  const values = new Values();
  try {
    const value = values.of(expression, check, place);
    // Nobody reads yet, and what is fixed does not ask who.
    return { value: value(place.constants, values.begin(place.constants, nobody)) };
  } catch {
    return null;
  }
}

const nobody: Reader = { locale: 'en', today: '', timeZone: 'UTC' };

function isFixed(expression: Expression, place: Place): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'path':
      return (
        (place.atRoot || expression.fromRoot) && Object.hasOwn(place.constants, expression.parts[0] ?? '')
      );
    case 'call':
      return (
        fixedHelpers.has(expression.helper) && expression.args.every((argument) => isFixed(argument, place))
      );
  }
}

/** Whether it begins at the message wherever it stands. */
function isOfRoot(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'path':
      return expression.fromRoot;
    case 'call':
      return expression.args.every(isOfRoot);
  }
}

/** The value at a path; the check sees it and knows its name. */
function checked({ parts, name, fromRoot }: Path, check: Check): Value {
  if (fromRoot) return (_context, { root }) => check(valueAt(root, parts), name);
  return (context) => check(valueAt(context, parts), name);
}

/** Of own properties alone: what every object inherits is nobody's data. */
function valueAt(from: unknown, parts: readonly string[]): unknown {
  let value = from;
  for (const part of parts) {
    if (value === undefined || value === null) break;
    value = Object.hasOwn(value, part) ? (value as Record<string, unknown>)[part] : undefined;
  }
  return value;
}

import { octetsOf } from '../mime/mail-text.js';
import { escaped } from './escape.js';
import { askingHelpers, fixedHelpers, helpers, need, printable, seen, type Reader } from './helpers.js';
import type { Call, Expression, Node, Path, Tree } from './tree.types.js';

/** Works out a value for the thing that is written about, within one message. */
type Value = (context: unknown, message: Message) => unknown;
type Piece = string | ((context: unknown, message: Message) => string);
type Message = { root: object; reader: Reader };
type Check = (value: unknown, path: string) => unknown;

/** A compiled text with holes. */
export type Program = (context: object, reader: Reader) => string;

/** What a sequence is compiled for. */
type Setting = {
  form: Form;
  /** What is the same in every message that the program will write. */
  constants: object;
  /** Whether a plain path begins at the message, and not at an item of a list. */
  atRoot: boolean;
};

/**
 * What a program makes: HTML and plain text come as the octets of a MailText, HTML with its values escaped; a
 * line is ordinary text.
 */
export type Form = 'html' | 'text' | 'line';

/** What most values are: ASCII that means nothing else in HTML. */
const plainInHtml = /^[\t !#-%(-;?-_a-~]*$/;

const fill: Record<Form, (value: string) => string> = {
  html: (value) => (plainInHtml.test(value) ? value : octetsOf(escaped(value))),
  text: octetsOf,
  line: (value) => value,
};

/**
 * Compiles a template's tree so that nothing is ever missing silently: every path is checked, what is written must be
 * there and not be empty, what is asked about must be there.
 *
 * @param constants what every context will hold alike (the insurer, the colours): written now, once.
 */
export function compileProgram(tree: Tree, form: Form, constants: object = {}): Program {
  const program = sequence(tree, { form, constants, atRoot: true });
  return (context, reader) => run(program, context, { root: context, reader });
}

function run(pieces: readonly Piece[], context: unknown, message: Message): string {
  let written = '';
  for (const piece of pieces) written += typeof piece === 'string' ? piece : piece(context, message);
  return written;
}

function sequence(tree: Tree, setting: Setting): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const piece of tree.flatMap((node) => piecesOf(node, setting))) {
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces.splice(-1, 1, last + piece);
    else pieces.push(piece);
  }
  return pieces;
}

function piecesOf(node: Node, setting: Setting): readonly Piece[] {
  if (typeof node === 'string') return [setting.form === 'line' ? node : octetsOf(node)];
  switch (node.kind) {
    case 'write':
      return [hole(node.value, setting)];
    case 'if':
      return choice(node, setting);
    case 'each':
      return [each(node, setting)];
  }
}

function hole(expression: Expression, setting: Setting): Piece {
  const write = fill[setting.form];
  const inWords = (words: unknown) => (words === undefined || words === null ? '' : write(String(words)));
  const constant = constantOf(expression, setting, printable);
  if (constant) return inWords(constant.value);
  const value = valueOf(expression, printable);
  return (context, message) => inWords(value(context, message));
}

function choice(node: Extract<Node, { kind: 'if' }>, setting: Setting): readonly Piece[] {
  const constant = constantOf(node.value, setting, seen);
  const [so, not] = [sequence(node.so, setting), sequence(node.not, setting)];
  if (constant) return isSo(constant.value) ? so : not;
  const value = valueOf(node.value, seen);
  return [(context, message) => run(isSo(value(context, message)) ? so : not, context, message)];
}

function each({ value, items, none }: Extract<Node, { kind: 'each' }>, setting: Setting): Piece {
  const list = valueOf(value, seen);
  const whenNone = sequence(none, setting);
  const inner = sequence(items, { ...setting, atRoot: false });
  return (context, message) => {
    const things = list(context, message);
    if (!Array.isArray(things) || things.length === 0) return run(whenNone, context, message);
    let written = '';
    for (const thing of things) written += run(inner, thing, message);
    return written;
  };
}

/** As Handlebars has it: an empty list is no. */
function isSo(value: unknown): boolean {
  return Boolean(value) && !(Array.isArray(value) && value.length === 0);
}

/**
 * What an expression comes to in every message alike; null where that is not known yet, or where it is to be
 * complained about, which is done when it should be written.
 */
function constantOf(expression: Expression, setting: Setting, check: Check): { value: unknown } | null {
  const { constants, atRoot } = setting;
  if (!isFixed(expression, constants, atRoot)) return null;
  try {
    // Nobody reads yet, and what is fixed does not ask who.
    return { value: valueOf(expression, check)(constants, { root: constants, reader: nobody }) };
  } catch {
    return null;
  }
}

const nobody: Reader = { locale: 'en', today: '', timeZone: 'UTC' };

function isFixed(expression: Expression, constants: object, atRoot: boolean): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'path':
      return (atRoot || expression.fromRoot) && Object.hasOwn(constants, expression.parts[0] ?? '');
    case 'call':
      return (
        fixedHelpers.has(expression.helper) &&
        expression.args.every((argument) => isFixed(argument, constants, atRoot))
      );
  }
}

function valueOf(expression: Expression, check: Check): Value {
  switch (expression.kind) {
    case 'literal':
      return () => expression.value;
    case 'path':
      return checked(expression, check);
    case 'call':
      return called(expression);
  }
}

function called({ helper: name, args }: Call): Value {
  const helper = helpers.get(name);
  if (!helper) throw new SyntaxError(`There is no helper ${name}.`);
  const check = Object.hasOwn(askingHelpers, name) ? seen : need;
  const values = args.map((argument) => valueOf(argument, check));
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

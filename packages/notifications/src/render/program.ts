import Handlebars from 'handlebars';
import { octetsOf } from '../mime/mail-text.js';
import { askingHelpers, need, printable, seen, writingHelpers, type Helper, type Reader } from './helpers.js';

type Expression = hbs.AST.Expression;
/** Works out a value for the thing that is written about, within one message. */
type Value = (context: unknown, message: Message) => unknown;
type Piece = string | ((context: unknown, message: Message) => string);
type Message = { root: object; reader: Reader };

/** A compiled text with holes. */
export type Program = (context: object, reader: Reader) => string;

/** What a sequence of statements is compiled for. */
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

const fill: Record<Form, (value: string) => string> = {
  html: (value) => octetsOf(Handlebars.escapeExpression(value)),
  text: octetsOf,
  line: (value) => value,
};

const helpers = new Map<string, Helper>(Object.entries({ ...askingHelpers, ...writingHelpers }));

/**
 * Compiles a Handlebars source so that nothing is ever missing silently: every path is checked, what is written
 * must be there and not be empty, what is asked about must be there.
 *
 * Handlebars reads the source; what runs is ours. Its own templates bind every helper anew for each message, which
 * takes longer than all of the writing.
 *
 * Refused outright, when compiling: unescaped output, partials, helpers and blocks that do not exist, paths upwards.
 *
 * @param constants what every context will hold alike (the insurer, the colours): written now, once.
 */
export function compileProgram(source: string, form: Form, constants: object = {}): Program {
  const program = sequence(Handlebars.parse(source), { form, constants, atRoot: true });
  return (context, reader) => run(program, context, { root: context, reader });
}

function run(pieces: readonly Piece[], context: unknown, message: Message): string {
  let written = '';
  for (const piece of pieces) written += typeof piece === 'string' ? piece : piece(context, message);
  return written;
}

function sequence(program: hbs.AST.Program | undefined, setting: Setting): Piece[] {
  const pieces: Piece[] = [];
  for (const statement of program?.body ?? []) {
    const piece = pieceOf(statement, setting);
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces.splice(-1, 1, last + piece);
    else pieces.push(piece);
  }
  return pieces;
}

function pieceOf(statement: hbs.AST.Statement, setting: Setting): Piece {
  switch (statement.type) {
    case 'ContentStatement': {
      const { value } = statement as hbs.AST.ContentStatement;
      return setting.form === 'line' ? value : octetsOf(value);
    }
    case 'CommentStatement':
      return '';
    case 'MustacheStatement':
      return mustache(statement as hbs.AST.MustacheStatement, setting);
    case 'BlockStatement':
      return block(statement as hbs.AST.BlockStatement, setting);
    default:
      throw new SyntaxError(`A template cannot contain a ${statement.type}.`);
  }
}

function mustache(statement: hbs.AST.MustacheStatement, setting: Setting): Piece {
  if (!statement.escaped)
    throw new SyntaxError('Output is always escaped: write {{…}}, not {{{…}}} or {{&…}}.');
  const path = statement.path as hbs.AST.PathExpression;
  const write = fill[setting.form];
  const constant = statement.params.length > 0 ? undefined : constantAt(path, setting);
  if (constant !== undefined) return write(constant);
  const value = statement.params.length > 0 ? call(path, statement) : checked(path, printable);
  return (context, message) => {
    const words = value(context, message);
    return words === undefined || words === null ? '' : write(String(words));
  };
}

/** What stands at a path in every message alike, where that is text; anything else is left to be complained about. */
function constantAt(path: hbs.AST.PathExpression, { constants, atRoot }: Setting): string | undefined {
  if (!atRoot && !path.data) return undefined;
  const value = valueAt(constants, partsOf(path));
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function block(statement: hbs.AST.BlockStatement, setting: Setting): Piece {
  const name = statement.path.original;
  const [subject, ...others] = statement.params;
  if (!['if', 'unless', 'each'].includes(name))
    throw new SyntaxError(`#${name} is not a block; there are if, unless, each.`);
  if (!subject || others.length > 0 || statement.program?.blockParams?.length)
    throw new SyntaxError(`#${name} takes one thing, and gives it no name.`);
  refuseNames(statement.hash);
  const value = expression(subject, seen);
  const inner = sequence(statement.program, { ...setting, atRoot: setting.atRoot && name !== 'each' });
  const other = sequence(statement.inverse, setting);
  if (name === 'each') return each(value, inner, other);
  const [whenSo, whenNot] = name === 'if' ? [inner, other] : [other, inner];
  return (context, message) => run(isSo(value(context, message)) ? whenSo : whenNot, context, message);
}

function each(value: Value, inner: readonly Piece[], none: readonly Piece[]): Piece {
  return (context, message) => {
    const items = value(context, message);
    if (!Array.isArray(items) || items.length === 0) return run(none, context, message);
    let written = '';
    for (const item of items) written += run(inner, item, message);
    return written;
  };
}

/** As Handlebars has it: an empty list is no. */
function isSo(value: unknown): boolean {
  return Boolean(value) && !(Array.isArray(value) && value.length === 0);
}

function call(
  path: hbs.AST.PathExpression,
  { params, hash }: { params: Expression[]; hash: hbs.AST.Hash | undefined },
): Value {
  const helper = helpers.get(path.original);
  if (!helper) throw new SyntaxError(`There is no helper ${path.original}.`);
  refuseNames(hash);
  const check = Object.hasOwn(askingHelpers, path.original) ? seen : need;
  const values = params.map((param) => expression(param, check));
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

function refuseNames(hash: hbs.AST.Hash | undefined): void {
  if (hash?.pairs.length) throw new SyntaxError('Helpers take their arguments in order, not by name.');
}

type Check = (value: unknown, path: string) => unknown;

function expression(given: Expression, check: Check): Value {
  switch (given.type) {
    case 'PathExpression':
      return checked(given as hbs.AST.PathExpression, check);
    case 'SubExpression': {
      const inner = given as hbs.AST.SubExpression;
      return call(inner.path as hbs.AST.PathExpression, inner);
    }
    case 'NullLiteral':
      return () => null;
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral': {
      const { value } = given as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral;
      return () => value;
    }
    default:
      throw new SyntaxError(`A template cannot contain a ${given.type}.`);
  }
}

/** The value at a path; the check sees it and knows its name. */
function checked(path: hbs.AST.PathExpression, check: Check): Value {
  const parts = partsOf(path);
  const name = path.original;
  if (path.data) return (_context, { root }) => check(valueAt(root, parts), name);
  return (context) => check(valueAt(context, parts), name);
}

function partsOf(path: hbs.AST.PathExpression): readonly string[] {
  if (path.depth > 0 || (path.data && path.parts[0] !== 'root'))
    throw new SyntaxError(`A template cannot ask for ${path.original}.`);
  return path.data ? path.parts.slice(1) : path.parts;
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

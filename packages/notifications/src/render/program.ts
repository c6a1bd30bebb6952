import { octetsOf } from '../mime/mail-text.js';
import { escaped } from './escape.js';
import { printable, seen } from './helpers.js';
import type { Expression, LetterTrees, Node, Tree } from './tree.types.js';
import { constantOf, Values, type Message, type Place, type Value } from './values.js';

type Piece = string | Value<string>;

/** A compiled text with holes. */
export type Program = (message: Message) => string;

/** A letter's programs, and how a message begins that they write. */
export type Programs = Record<keyof LetterTrees, Program> & Pick<Values, 'begin'>;

/** What a sequence is compiled for. */
type Setting = Place & { form: Form; values: Values };

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
 * Compiles a letter's trees so that nothing is ever missing silently: every path is checked, what is written must be
 * there and not be empty, what is asked about must be there.
 *
 * @param constants what every context will hold alike (the insurer, the colours): written now, once.
 */
export function compileLetter({ subject, html, text }: LetterTrees, constants: object = {}): Programs {
  const values = new Values();
  const program = (tree: Tree, form: Form): Program => {
    const pieces = sequence(tree, { form, constants, atRoot: true, values });
    return (message) => run(pieces, message.root, message);
  };
  return {
    subject: program(subject, 'line'),
    html: program(html, 'html'),
    text: program(text, 'text'),
    begin: (root, reader) => values.begin(root, reader),
  };
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
  const { form, values } = setting;
  const inWords = (words: unknown) =>
    words === undefined || words === null ? '' : fill[form](String(words));
  const constant = constantOf(expression, printable, setting);
  if (constant) return inWords(constant.value);
  const value = values.of(expression, printable, setting);
  return values.once(form, expression, setting, (context, message) => inWords(value(context, message)));
}

type Condition = Extract<Node, { kind: 'if' }>;

function choice(node: Condition, setting: Setting): readonly Piece[] {
  const constant = constantOf(node.value, seen, setting);
  if (constant) return sequence(isSo(constant.value) ? node.so : node.not, setting);
  const asked = wordAsked(node);
  if (asked) return [choiceOfWords(asked.of, node, setting)];
  const [so, not] = [sequence(node.so, setting), sequence(node.not, setting)];
  const value = setting.values.of(node.value, seen, setting);
  return [(context, message) => run(isSo(value(context, message)) ? so : not, context, message)];
}

/** Whether this thing is that word: `is stage 'early'`, and which word it would be. */
function wordAsked({ value }: Condition): { of: Expression; word: string } | null {
  if (value.kind !== 'call' || value.helper !== 'is') return null;
  const [of, word] = value.args;
  if (!of || word?.kind !== 'literal' || typeof word.value !== 'string') return null;
  return { of, word: word.value };
}

/** Conditions that ask the same thing in turn which word it is: it is looked up once. */
function choiceOfWords(of: Expression, first: Condition, setting: Setting): Piece {
  const branches = new Map<unknown, readonly Piece[]>();
  let rest: Tree = [first];
  for (;;) {
    const [node, ...more] = rest;
    if (more.length > 0 || typeof node !== 'object' || node.kind !== 'if') break;
    const asked = wordAsked(node);
    if (asked === null || JSON.stringify(asked.of) !== JSON.stringify(of)) break;
    if (!branches.has(asked.word)) branches.set(asked.word, sequence(node.so, setting));
    rest = node.not;
  }
  const otherwise = sequence(rest, setting);
  const value = setting.values.of(of, seen, setting);
  return (context, message) => run(branches.get(value(context, message)) ?? otherwise, context, message);
}

function each({ value, items, none }: Extract<Node, { kind: 'each' }>, setting: Setting): Piece {
  const list = setting.values.of(value, seen, setting);
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

import Handlebars from 'handlebars';
import { helpers } from '../render/helpers.js';
import type { Call, Expression, Node, Path, Tree } from '../render/tree.types.js';

/**
 * Reads a Handlebars source. What runs in a letter's program is ours (render/program.ts): Handlebars' own templates bind
 * every helper anew for each message, which takes longer than all of the writing.
 *
 * @throws SyntaxError at unescaped output, partials, helpers and blocks that do not exist, paths upwards.
 */
export function parseTemplate(source: string): Tree {
  return treeOf(Handlebars.parse(source));
}

function treeOf(program: hbs.AST.Program | undefined): Tree {
  return (program?.body ?? []).filter(({ type }) => type !== 'CommentStatement').map(nodeOf);
}

function nodeOf(statement: hbs.AST.Statement): Node {
  switch (statement.type) {
    case 'ContentStatement':
      return (statement as hbs.AST.ContentStatement).value;
    case 'MustacheStatement':
      return write(statement as hbs.AST.MustacheStatement);
    case 'BlockStatement':
      return block(statement as hbs.AST.BlockStatement);
    default:
      throw new SyntaxError(`A template cannot contain a ${statement.type}.`);
  }
}

function write(statement: hbs.AST.MustacheStatement): Node {
  if (!statement.escaped)
    throw new SyntaxError('Output is always escaped: write {{…}}, not {{{…}}} or {{&…}}.');
  const path = statement.path as hbs.AST.PathExpression;
  return { kind: 'write', value: statement.params.length > 0 ? callOf(path, statement) : pathOf(path) };
}

function block(statement: hbs.AST.BlockStatement): Node {
  const name = statement.path.original;
  const [subject, ...others] = statement.params;
  if (name !== 'if' && name !== 'unless' && name !== 'each')
    throw new SyntaxError(`#${name} is not a block; there are if, unless, each.`);
  if (!subject || others.length > 0 || statement.program?.blockParams?.length)
    throw new SyntaxError(`#${name} takes one thing, and gives it no name.`);
  refuseNames(statement.hash);
  const value = expressionOf(subject);
  const inner = treeOf(statement.program);
  const other = treeOf(statement.inverse);
  if (name === 'each') return { kind: 'each', value, items: inner, none: other };
  return name === 'if'
    ? { kind: 'if', value, so: inner, not: other }
    : { kind: 'if', value, so: other, not: inner };
}

function callOf(
  path: hbs.AST.PathExpression,
  { params, hash }: { params: hbs.AST.Expression[]; hash: hbs.AST.Hash | undefined },
): Call {
  if (!helpers.has(path.original)) throw new SyntaxError(`There is no helper ${path.original}.`);
  refuseNames(hash);
  return { kind: 'call', helper: path.original, args: params.map(expressionOf) };
}

function refuseNames(hash: hbs.AST.Hash | undefined): void {
  if (hash?.pairs.length) throw new SyntaxError('Helpers take their arguments in order, not by name.');
}

function expressionOf(given: hbs.AST.Expression): Expression {
  switch (given.type) {
    case 'PathExpression':
      return pathOf(given as hbs.AST.PathExpression);
    case 'SubExpression': {
      const inner = given as hbs.AST.SubExpression;
      return callOf(inner.path as hbs.AST.PathExpression, inner);
    }
    case 'NullLiteral':
      return { kind: 'literal', value: null };
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral': {
      const { value } = given as hbs.AST.StringLiteral | hbs.AST.NumberLiteral | hbs.AST.BooleanLiteral;
      return { kind: 'literal', value };
    }
    default:
      throw new SyntaxError(`A template cannot contain a ${given.type}.`);
  }
}

function pathOf({ original, parts, data, depth }: hbs.AST.PathExpression): Path {
  if (depth > 0 || (data && parts[0] !== 'root'))
    throw new SyntaxError(`A template cannot ask for ${original}.`);
  return { kind: 'path', name: original, parts: data ? parts.slice(1) : parts, fromRoot: data };
}

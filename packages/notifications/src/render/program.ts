import Handlebars from 'handlebars';
import { askingHelpers, guards, writingHelpers, type Reader } from './helpers.js';

type Expression = hbs.AST.Expression;
type Call = { path: hbs.AST.PathExpression; params: Expression[]; hash: hbs.AST.Hash };

/** A compiled text with holes. */
export type Program = (context: object, reader: Reader) => string;

// Of our own: helpers registered on the shared instance would be everyone's, and everyone's would be ours.
const handlebars = Handlebars.create();
const helpers = { ...askingHelpers, ...writingHelpers, ...guards };
handlebars.registerHelper(helpers as unknown as Record<string, Handlebars.HelperDelegate>);
const builtIn = ['if', 'unless', 'each', 'with'];
const asking = new Set([...builtIn, ...Object.keys(askingHelpers)]);
const knownHelpers = Object.fromEntries([...builtIn, ...Object.keys(helpers)].map((name) => [name, true]));

/**
 * Compiles a Handlebars source so that nothing is ever missing silently. Handlebars' own strict mode lets
 * an absent argument of a helper or a block pass, and prints null as nothing; here every path is checked:
 * what is written must be there and not be empty, what is asked about must be there.
 *
 * Refused outright, when compiling: unescaped output, partials, helpers that do not exist.
 *
 * @param escape for HTML; a subject or a text part is taken as it is.
 */
export function compileProgram(source: string, escape: 'html' | 'none'): Program {
  const ast = handlebars.parse(source);
  guardProgram(ast);
  const template = handlebars.compile(ast, {
    noEscape: escape === 'none',
    knownHelpers,
    knownHelpersOnly: true,
  });
  return (context, reader) =>
    template(context, {
      data: { reader },
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
}

function guardProgram(program: hbs.AST.Program | undefined): void {
  for (const statement of program?.body ?? []) guardStatement(statement);
}

function guardStatement(statement: hbs.AST.Statement): void {
  switch (statement.type) {
    case 'ContentStatement':
    case 'CommentStatement':
      return;
    case 'MustacheStatement':
      return guardMustache(statement as hbs.AST.MustacheStatement);
    case 'BlockStatement': {
      const block = statement as hbs.AST.BlockStatement;
      if (!builtIn.includes(block.path.original)) {
        throw new SyntaxError(`#${block.path.original} is not a block; there are ${builtIn.join(', ')}.`);
      }
      guardCall(block);
      guardProgram(block.program);
      return guardProgram(block.inverse);
    }
    default:
      throw new SyntaxError(`A template cannot contain a ${statement.type}.`);
  }
}

function guardMustache(mustache: hbs.AST.MustacheStatement): void {
  if (!mustache.escaped)
    throw new SyntaxError('Output is always escaped: write {{…}}, not {{{…}}} or {{&…}}.');
  const path = mustache.path as hbs.AST.PathExpression;
  if (mustache.params.length > 0) return guardCall({ ...mustache, path, params: mustache.params });
  const { params } = guarded(path, 'print');
  mustache.params.push(...params);
  mustache.path = { ...path, data: false, depth: 0, parts: ['print'], original: 'print' };
}

function guardCall({ path, params, hash }: Call): void {
  if (!Object.hasOwn(knownHelpers, path.original))
    throw new SyntaxError(`There is no helper ${path.original}.`);
  const guard = asking.has(path.original) ? 'seen' : 'need';
  for (const [index, param] of params.entries()) params[index] = guardExpression(param, guard);
  if (hash?.pairs.length) throw new SyntaxError('Helpers take their arguments in order, not by name.');
}

function guardExpression(expression: Expression, guard: 'seen' | 'need'): Expression {
  if (expression.type === 'PathExpression') return guarded(expression as hbs.AST.PathExpression, guard);
  if (expression.type === 'SubExpression') guardCall(expression as hbs.AST.SubExpression);
  return expression;
}

/** `a.b` becomes `(guard a.b 'a.b')`: the guard sees the value and knows its name. */
function guarded(path: hbs.AST.PathExpression, guard: string): hbs.AST.SubExpression {
  const name: hbs.AST.StringLiteral = {
    type: 'StringLiteral',
    value: path.original,
    original: path.original,
    loc: path.loc,
  };
  return {
    type: 'SubExpression',
    path: { ...path, data: false, depth: 0, parts: [guard], original: guard },
    params: [path, name],
    hash: { type: 'Hash', pairs: [], loc: path.loc },
    loc: path.loc,
  };
}

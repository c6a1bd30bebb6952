import { z } from 'zod';
import { isCivilDate } from '../time/civil-date.js';
import { hasControlCharacters } from '../text/characters.js';
import { fieldNames, fieldOf, operatorsByType, type Field, type FieldName, type Operator } from './fields.js';

export type Scalar = string | number | boolean;
export type LeafValue = Scalar | readonly Scalar[];

/** One question about one field. `value` has the shape that {@link ruleSchema} demands of the operator. */
export interface Leaf {
  readonly field: FieldName;
  readonly op: Operator;
  readonly value: LeafValue;
}

/** Who is in: a tree of questions. `all` of nothing is true, `any` of nothing is false. */
export type Rule =
  { readonly all: readonly Rule[] } | { readonly any: readonly Rule[] } | { readonly not: Rule } | Leaf;

/** No audience needs more; a hostile file could otherwise exhaust the stack or the planner. */
const deepestRule = 20;
const mostLeaves = 500;
const mostValues = 1000;
const longestText = 200;
const widestWithin = 3660;

type Path = readonly (string | number)[];
interface Report {
  readonly issue: (path: Path, code: string, message: string) => void;
  leaves: number;
}

const shapes =
  'a rule is { "all": [rules] }, { "any": [rules] }, { "not": rule } or { "field", "op", "value" }';

function checkRule(rule: unknown, path: Path, depth: number, report: Report): void {
  if (depth > deepestRule) {
    report.issue(path, 'too_deep', `rules may be nested ${deepestRule} deep`);
    return;
  }
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) {
    report.issue(path, 'not_a_rule', `${show(rule)} is not a rule; ${shapes}`);
    return;
  }
  const node = rule as Record<string, unknown>;
  const group = (['all', 'any', 'not'] as const).find((key) => key in node);
  const allowed = group === undefined ? ['field', 'op', 'value'] : [group];
  for (const key of Object.keys(node)) {
    if (allowed.includes(key)) continue;
    report.issue([...path, key], 'unknown_key', `unknown key ${show(key)} in a rule; ${shapes}`);
  }
  if (group === 'not') checkRule(node['not'], [...path, 'not'], depth + 1, report);
  else if (group !== undefined) checkGroup(node[group], [...path, group], depth, report);
  else checkLeaf(node, path, report);
}

function checkGroup(parts: unknown, path: Path, depth: number, report: Report): void {
  if (!Array.isArray(parts)) {
    report.issue(path, 'not_a_list', `must be a list of rules, not ${show(parts)}`);
    return;
  }
  for (const [index, part] of parts.entries()) {
    if (report.leaves > mostLeaves) return;
    checkRule(part, [...path, index], depth + 1, report);
  }
}

function checkLeaf(leaf: Record<string, unknown>, path: Path, report: Report): void {
  report.leaves += 1;
  if (report.leaves > mostLeaves) {
    report.issue(path, 'too_many', `a rule may ask ${mostLeaves} questions at most`);
    return;
  }
  const name = leaf['field'];
  if (typeof name !== 'string' || !(fieldNames as readonly string[]).includes(name)) {
    report.issue(
      [...path, 'field'],
      'unknown_field',
      `unknown field ${show(name)}; valid fields are ${fieldNames.join(', ')}`,
    );
    return;
  }
  const field = fieldOf(name as FieldName);
  const ops = operatorsByType[field.type];
  const op = ops.find((known) => known === leaf['op']);
  if (op === undefined) {
    report.issue(
      [...path, 'op'],
      'unknown_operator',
      `unknown operator ${show(leaf['op'])} for ${name}; valid operators are ${ops.join(', ')}`,
    );
    return;
  }
  const flaw = valueFlaw(field, op, leaf['value']);
  if (flaw !== null)
    report.issue([...path, 'value'], 'bad_value', `${name} ${op} ${flaw}, not ${show(leaf['value'])}`);
}

/** What is wrong with the value of a leaf, as "takes …"; null when nothing is. */
function valueFlaw(field: Field, op: Operator, value: unknown): string | null {
  const expected = expectedOf(field);
  const fits = (item: unknown): boolean => fitsField(field, item);
  switch (op) {
    case 'exists':
      return typeof value === 'boolean' ? null : 'takes true or false';
    case 'within':
      return Number.isInteger(value) && Math.abs(value as number) <= widestWithin
        ? null
        : `takes a whole number of days from -${widestWithin} to ${widestWithin}`;
    case 'between': {
      const pair =
        Array.isArray(value) && value.length === 2 && value.every(fits) ? (value as [Scalar, Scalar]) : null;
      return pair !== null && pair[0] <= pair[1]
        ? null
        : `takes a list of two, the lower first: [low, high], each ${expected}`;
    }
    case 'in':
    case 'notIn': {
      const ok = Array.isArray(value) && value.length >= 1 && value.length <= mostValues && value.every(fits);
      return ok ? null : `takes a list of 1 to ${mostValues} values, each ${expected}`;
    }
    default:
      return fits(value) ? null : `takes ${expected}`;
  }
}

function fitsField(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'text':
      return typeof value === 'string' && value.length <= longestText && !hasControlCharacters(value);
    case 'choice':
    case 'list':
      return typeof value === 'string' && (field.choices ?? []).includes(value);
    case 'integer':
    case 'money':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && isCivilDate(value);
  }
}

function expectedOf(field: Field): string {
  switch (field.type) {
    case 'text':
      return `a text of at most ${longestText} characters on one line`;
    case 'choice':
    case 'list':
      return `one of ${(field.choices ?? []).join(', ')}`;
    case 'integer':
      return 'a whole number';
    case 'money':
      return 'a whole number of the smallest unit of money (1250 for 12.50)';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'date':
      return 'a date that exists, written YYYY-MM-DD';
  }
}

/** A value as its writer would know it again, cut to a length that a message can bear. */
function show(value: unknown): string {
  const written = JSON.stringify(value) ?? 'nothing';
  return written.length > 80 ? `${written.slice(0, 80)}…` : written;
}

/**
 * A rule tree of a campaign file. Every issue says where it is and names what would be valid: fields, operators of
 * the field's type, the kind of value; `params.code` is one of not_a_rule, not_a_list, unknown_key, unknown_field,
 * unknown_operator, bad_value, too_deep, too_many.
 */
export const ruleSchema = z
  .unknown()
  .superRefine((input, context) => {
    const report: Report = {
      leaves: 0,
      issue: (path, code, message) =>
        context.addIssue({ code: 'custom', path: [...path], message, params: { code } }),
    };
    checkRule(input, [], 1, report);
  })
  .meta({ description: `Who is in: ${shapes}.` }) as unknown as z.ZodType<Rule, Rule>;

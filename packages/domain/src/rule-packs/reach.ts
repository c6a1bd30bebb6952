import type { Line } from '../policy/policy.js';
import { evaluateLeaf } from '../rules/evaluate.js';
import type { Leaf, LeafValue, Rule } from '../rules/rule.js';
import { foldCase } from '../text/fold-case.js';
import { anywhere, jurisdictionsOf, membersOfTheUnion, namesOf } from './packs.js';

/** Somebody of whom no more is known than this. */
export interface Somebody {
  readonly jurisdiction: string;
  readonly line?: Line;
  readonly doNotRenew?: boolean;
}

/** What a rule may say of somebody: yes, no, or either. */
interface Answers {
  readonly yes: boolean;
  readonly no: boolean;
}

const either: Answers = { yes: true, no: true };

/** Whether a rule lets somebody in of whom no more is known: in doubt it does. */
export function mayReach(rule: Rule, somebody: Somebody): boolean {
  return answers(rule, somebody).yes;
}

function answers(rule: Rule, somebody: Somebody): Answers {
  if ('not' in rule) return turned(answers(rule.not, somebody));
  if ('all' in rule) {
    const parts = rule.all.map((part) => answers(part, somebody));
    return { yes: parts.every(({ yes }) => yes), no: parts.some(({ no }) => no) };
  }
  if ('any' in rule) {
    const parts = rule.any.map((part) => answers(part, somebody));
    return { yes: parts.some(({ yes }) => yes), no: parts.every(({ no }) => no) };
  }
  if (rule.field === 'customer.region') return regionAnswers(rule, somebody.jurisdiction);
  if (rule.field === 'policy.line' && somebody.line !== undefined) return known(rule, somebody.line);
  if (rule.field === 'policy.doNotRenew' && somebody.doNotRenew !== undefined) {
    return known(rule, somebody.doNotRenew);
  }
  return either;
}

const turned = ({ yes, no }: Answers): Answers => ({ yes: no, no: yes });

function known(leaf: Leaf, value: string | boolean): Answers {
  // None of these fields is a date, so the day does not matter.
  const yes = evaluateLeaf(leaf, value, '');
  return { yes, no: !yes };
}

function regionAnswers({ op, value }: Leaf, jurisdiction: string): Answers {
  if (jurisdiction === anywhere) return either;
  const places = jurisdiction === 'EU' ? [...membersOfTheUnion] : namesOf(jurisdiction);
  switch (op) {
    case 'eq':
      return among([value], jurisdiction);
    case 'in':
      return among(value as readonly LeafValue[], jurisdiction);
    case 'ne':
      return turned(among([value], jurisdiction));
    case 'notIn':
      return turned(among(value as readonly LeafValue[], jurisdiction));
    case 'startsWith': {
      const start = foldCase(value as string);
      const inside = (place: string) => foldCase(place).startsWith(start);
      return {
        yes: places.some((place) => inside(place) || start.startsWith(foldCase(place))),
        // UK is no code of ISO's: who leaves out GB means it.
        no: !places.filter((place) => place !== 'UK').every(inside),
      };
    }
    case 'exists':
      return { yes: value === true, no: value !== true };
    default:
      return either;
  }
}

/**
 * Of a state, the list names it or not; of a country, its other states are not in the list. A book is taken to write
 * its codes as ISO does: one with `us-ca` beside `US-CA` has people whom `ne US-CA` lets in.
 */
function among(regions: readonly LeafValue[], jurisdiction: string): Answers {
  return {
    yes: regions.some((region) => jurisdictionsOf(region as string).includes(jurisdiction)),
    no: !(jurisdiction.includes('-') && regions.includes(jurisdiction)),
  };
}

/** The lines of which somebody in a jurisdiction may be let in. */
export function linesReached(rule: Rule, jurisdiction: string, of: readonly Line[]): Line[] {
  return of.filter((line) => mayReach(rule, { jurisdiction, line }));
}

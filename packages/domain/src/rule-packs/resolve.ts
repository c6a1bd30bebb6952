import type { Line } from '../policy/policy.js';
import { jurisdictionsOf, packs } from './packs.js';
import type { FoundRule, Rule, RuleKind, RulePack } from './rule-pack.js';

type ValueOf<Kind extends RuleKind> = NonNullable<RulePack[Kind]>[number]['value'];

/** Where and when a rule is asked for. */
export interface Asked {
  readonly region: string | null | undefined;
  /** Rules about certain lines are left out when no line is given. */
  readonly line: Line | null;
  /** The day on which it has to hold; the newest rules when left out. */
  readonly on?: string | undefined;
}

const endOfTime = '9999-12-31';

/**
 * The rules of one kind that hold for a region, a line and a day, the nearest jurisdiction's first. Of rules about the
 * same thing, as `thing` tells it, the nearest jurisdiction's and of that the newest one stands.
 */
export function rulesInForce<Kind extends RuleKind>(
  kind: Kind,
  { region, line, on = endOfTime }: Asked,
  thing: (value: ValueOf<Kind>, jurisdiction: string) => string,
): FoundRule<ValueOf<Kind>>[] {
  const found = new Map<string, FoundRule<ValueOf<Kind>>>();
  for (const jurisdiction of jurisdictionsOf(region)) {
    const rules = (packs[jurisdiction]?.[kind] ?? []) as readonly Rule<ValueOf<Kind>>[];
    const holding = rules
      .filter(
        (rule) =>
          rule.from <= on && (rule.lines === undefined || (line !== null && rule.lines.includes(line))),
      )
      .sort((a, b) => Number(narrower(b)) - Number(narrower(a)) || (a.from < b.from ? 1 : -1));
    for (const rule of holding) {
      const name = thing(rule.value, jurisdiction);
      if (!found.has(name)) found.set(name, { ...rule, jurisdiction });
    }
  }
  return [...found.values()];
}

/** A rule about certain lines goes before one about all of them. */
const narrower = (rule: Rule<unknown>): boolean => rule.lines !== undefined;

/** The one rule of a kind that holds, or null where none is known. */
export function ruleInForce<Kind extends RuleKind>(
  kind: Kind,
  asked: Asked,
): FoundRule<ValueOf<Kind>> | null {
  return rulesInForce(kind, asked, () => '')[0] ?? null;
}

import type { Campaign } from './campaign.js';
import type { Step, Variant } from './step.js';

/** What a part of a campaign is about: what is said, to whom, when, and within which limits. */
export const changeGroups = ['content', 'audience', 'schedule', 'limits'] as const;
export type ChangeGroup = (typeof changeGroups)[number];

/** One difference between two versions of a campaign. */
export interface CampaignChange {
  /** Where, in the words of the file; steps and variants by their keys: `steps.t-30.offsetDays`. */
  readonly path: string;
  readonly group: ChangeGroup;
  readonly kind: 'added' | 'removed' | 'changed';
  /** JSON as the file has it; null when it was added. */
  readonly before: unknown;
  /** Null when it was removed. */
  readonly after: unknown;
}

type PartsOf<Whole> = Readonly<Record<keyof Whole, ChangeGroup>>;

// In the order of the file. The database gives an object's fields back in an order of its own.
const parts: PartsOf<Campaign> = {
  key: 'content',
  name: 'content',
  class: 'limits',
  topic: 'limits',
  priority: 'limits',
  subject: 'audience',
  audience: 'audience',
  trigger: 'schedule',
  steps: 'schedule',
  exitWhen: 'audience',
  merge: 'content',
  holdout: 'limits',
  catchUpHours: 'schedule',
  startsOn: 'schedule',
  endsOn: 'schedule',
  tracking: 'content',
};
const stepParts: PartsOf<Step> = {
  key: 'content',
  offsetDays: 'schedule',
  at: 'schedule',
  channel: 'content',
  template: 'content',
  content: 'content',
  when: 'audience',
  variants: 'content',
};
const variantParts: PartsOf<Variant> = {
  key: 'content',
  share: 'limits',
  at: 'schedule',
  template: 'content',
  content: 'content',
};

/**
 * Everything in which `after` differs from `before`, in the order of the file. A step or variant is the same one while
 * its key is: moving it is told apart from changing it. Of nothing (`before` null) all is new.
 */
export function campaignChanges(before: Campaign | null, after: Campaign): CampaignChange[] {
  const { steps, ...rest } = parts;
  const names = Object.keys(parts) as (keyof Campaign)[];
  const changes = names.flatMap((name) =>
    name === 'steps'
      ? keyedChanges('steps', steps, before?.steps ?? [], after.steps, stepChanges)
      : changesAt(name, rest[name], before?.[name], after[name]),
  );
  // Of a first version, what it leaves open is not worth a line.
  return before === null ? changes.filter((each) => each.after !== null) : changes;
}

function stepChanges(path: string, before: Step, after: Step): CampaignChange[] {
  const names = Object.keys(stepParts) as (keyof Step)[];
  return names.flatMap((name) =>
    name === 'variants'
      ? keyedChanges(`${path}.variants`, stepParts.variants, before.variants, after.variants, variantChanges)
      : changesAt(`${path}.${name}`, stepParts[name], before[name], after[name]),
  );
}

function variantChanges(path: string, before: Variant, after: Variant): CampaignChange[] {
  const names = Object.keys(variantParts) as (keyof Variant)[];
  return names.flatMap((name) => changesAt(`${path}.${name}`, variantParts[name], before[name], after[name]));
}

/** Changes in a list whose members have keys: those of each member, who came and went, and the order. */
function keyedChanges<Member extends { readonly key: string }>(
  path: string,
  group: ChangeGroup,
  before: readonly Member[],
  after: readonly Member[],
  changesOf: (path: string, before: Member, after: Member) => CampaignChange[],
): CampaignChange[] {
  const old = (key: string) => before.find((member) => member.key === key);
  const has = (list: readonly Member[], key: string) => list.some((member) => member.key === key);
  const order = (list: readonly Member[], other: readonly Member[]) =>
    list.map(({ key }) => key).filter((key) => has(other, key));
  const [was, is] = [order(before, after), order(after, before)];
  const moved: CampaignChange[] = isSame(was, is)
    ? []
    : [{ path, group, kind: 'changed', before: was, after: is }];
  return [
    ...moved,
    ...before
      .filter(({ key }) => !has(after, key))
      .map((member) => change(`${path}.${member.key}`, group, member, undefined)),
    ...after.flatMap((member) => {
      const same = old(member.key);
      return same === undefined
        ? [change(`${path}.${member.key}`, group, undefined, member)]
        : changesOf(`${path}.${member.key}`, same, member);
    }),
  ];
}

/** Of an object, each field that differs, as deep as they go; a list or a rule is one thing. */
function changesAt(path: string, group: ChangeGroup, before: unknown, after: unknown): CampaignChange[] {
  if (isSame(before, after)) return [];
  if (group === 'audience' || !isRecord(before) || !isRecord(after))
    return [change(path, group, before, after)];
  const names = [...Object.keys(after), ...Object.keys(before).filter((name) => !Object.hasOwn(after, name))];
  const at = (record: Record<string, unknown>, name: string) =>
    Object.hasOwn(record, name) ? record[name] : undefined;
  return names.flatMap((name) => changesAt(`${path}.${name}`, group, at(before, name), at(after, name)));
}

function change(path: string, group: ChangeGroup, before: unknown, after: unknown): CampaignChange {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return { path, group, kind, before: before ?? null, after: after ?? null };
}

/** The same JSON, in whatever order its fields stand. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((part, index) => isSame(part, other[index]));
  }
  if (!isRecord(one) || !isRecord(other)) return one === other;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

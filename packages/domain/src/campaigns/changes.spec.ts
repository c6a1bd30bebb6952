import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campaignArbitrary } from '../testing.js';
import { campaignSchema, type Campaign } from './campaign.js';
import { campaignChanges } from './changes.js';

const base = {
  ...{ key: 'tips', name: 'Tips', class: 'marketing', topic: 'safety-tips', subject: 'customer' },
  audience: { field: 'customer.age', op: 'gte', value: 65 },
  trigger: { type: 'once', at: '2026-12-01T10:00' },
  steps: [
    { key: 'a', template: 'safety-tip', content: { en: { tip: { title: 'One', checklist: ['x', 'y'] } } } },
    { key: 'b', offsetDays: 3, template: 'safety-tip' },
  ],
};
type File = typeof base & Record<string, unknown>;

/** `group path kind before > after` of every change from the base. */
function changed(change: (file: File) => object): string[] {
  const after = campaignSchema.parse(change(structuredClone(base) as File));
  return campaignChanges(campaignSchema.parse(base), after).map(({ group, path, kind, before, after: now }) =>
    [group, path, kind, JSON.stringify(before), '>', JSON.stringify(now)].join(' '),
  );
}

describe('campaignChanges', () => {
  it('names each change, in the order of the file', () => {
    expect(
      changed((file) => ({
        ...file,
        priority: 20,
        name: 'Tips for all',
        audience: { all: [] },
        steps: [
          {
            ...file.steps[0],
            at: '11:00',
            content: { en: { tip: { title: 'Two', checklist: ['x', 'y'] } } },
          },
          { ...file.steps[1], offsetDays: 5, when: { field: 'customer.region', op: 'eq', value: 'FR' } },
        ],
        endsOn: '2026-12-24',
      })),
    ).toEqual([
      'content name changed "Tips" > "Tips for all"',
      'limits priority changed 10 > 20',
      'audience audience changed {"field":"customer.age","op":"gte","value":65} > {"all":[]}',
      'schedule steps.a.at changed "10:00" > "11:00"',
      'content steps.a.content.en.tip.title changed "One" > "Two"',
      'schedule steps.b.offsetDays changed 3 > 5',
      'audience steps.b.when changed null > {"field":"customer.region","op":"eq","value":"FR"}',
      'schedule endsOn changed null > "2026-12-24"',
    ]);
  });

  it('tells a step that came, went or moved from one that changed', () => {
    expect(changed((file) => ({ ...file, steps: file.steps.toReversed() }))).toEqual([
      'schedule steps changed ["a","b"] > ["b","a"]',
    ]);
    const found = changed((file) => ({ ...file, steps: [{ key: 'c', template: 'welcome' }, file.steps[0]] }));
    expect(found.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'schedule steps.b removed',
      'schedule steps.c added',
    ]);
  });

  it('looks into variants, and names what content a step has gained and lost', () => {
    const variants = [
      { key: 'early', share: 0.5, at: '08:00' },
      { key: 'late', share: 0.5 },
    ];
    expect(changed((file) => ({ ...file, steps: [{ ...file.steps[0], variants }, file.steps[1]] }))).toEqual([
      'content steps.a.variants.early added null > {"key":"early","share":0.5,"at":"08:00"}',
      'content steps.a.variants.late added null > {"key":"late","share":0.5}',
    ]);
    expect(
      changed((file) => ({
        ...file,
        steps: [{ ...file.steps[0], content: { 'zh-CN': {} } }, file.steps[1]],
      })),
    ).toEqual([
      'content steps.a.content.zh-CN added null > {}',
      'content steps.a.content.en removed {"tip":{"title":"One","checklist":["x","y"]}} > null',
    ]);
  });

  it('finds nothing between a campaign and itself, however its fields are ordered', () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, part]) => [name, turned(part)]),
            )
          : value;
    fc.assert(
      fc.property(campaignArbitrary, (campaign) => {
        expect(campaignChanges(campaign, turned(campaign) as Campaign)).toEqual([]);
      }),
    );
  });

  it('leaves nothing out: put into the one, the changes give the other', () => {
    fc.assert(
      fc.property(campaignArbitrary, campaignArbitrary, (before, after) => {
        expect(patched(before, campaignChanges(before, after))).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('of a first version, says all that is in it', () => {
    const all = campaignChanges(null, campaignSchema.parse(base));
    expect(all.every(({ kind, before }) => kind === 'added' && before === null)).toBe(true);
    expect(all.map(({ path }) => path).slice(0, 3)).toEqual(['key', 'name', 'class']);
  });
});

/** A campaign with changes put in, by path: written apart from the way they are found. */
function patched(campaign: Campaign, changes: ReturnType<typeof campaignChanges>): unknown {
  const steps = new Map<string, Record<string, unknown>>(
    campaign.steps.map((step) => [step.key, structuredClone(step) as never]),
  );
  const result = structuredClone(campaign) as unknown as Record<string, unknown>;
  let order = campaign.steps.map(({ key }) => key);
  for (const { path, kind, after } of changes) {
    const [field, key, ...rest] = path.split('.') as [string, string?, ...string[]];
    if (field !== 'steps') put(result, path.split('.'), kind, after);
    else if (key === undefined) order = after as string[];
    else if (rest.length > 0) put(steps.get(key)!, rest, kind, after);
    else if (kind === 'removed') order = order.filter((each) => each !== key);
    else {
      steps.set(key, after as never);
      order.push(key);
    }
  }
  return { ...result, steps: order.map((key) => steps.get(key)).sort(byKey) };
}

// The random campaigns name their steps s0, s1, s2 …, so order and key agree.
function byKey(a: unknown, b: unknown): number {
  return (a as { key: string }).key < (b as { key: string }).key ? -1 : 1;
}

function put(target: Record<string, unknown>, path: string[], kind: string, value: unknown): void {
  const last = path.at(-1)!;
  const holder = path.slice(0, -1).reduce<Record<string, unknown>>((at, name) => at[name] as never, target);
  if (kind === 'removed') delete holder[last];
  else holder[last] = value;
}

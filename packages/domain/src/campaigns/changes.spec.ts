import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campaignArbitrary } from '../testing.js';
import { campaignSchema, type Campaign } from './campaign.js';
import { campaignChanges, type CampaignChange } from './changes.js';

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
    expect(all.map(({ path }) => path)).toEqual([
      ...[
        'key',
        'name',
        'class',
        'topic',
        'priority',
        'subject',
        'audience',
        'trigger',
        'steps.a',
        'steps.b',
      ],
      ...['holdout', 'catchUpHours', 'tracking'],
    ]);
  });
});

type Keyed = { key: string } & Record<string, unknown>;

/** A campaign with changes put in, by path: written apart from the way they are found. */
function patched(campaign: Campaign, changes: readonly CampaignChange[]): unknown {
  // Not structuredClone: random steps share their lists, and it would keep them shared.
  const result = JSON.parse(JSON.stringify(campaign)) as Record<string, unknown>;
  for (const { path, kind, after } of changes) put(result, path.split('.'), kind, after);
  const byKey = (a: Keyed, b: Keyed) => (a.key < b.key ? -1 : 1);
  // The random campaigns name steps and variants so that their order is that of their keys.
  const steps = (result['steps'] as Keyed[]).sort(byKey);
  for (const step of steps) (step['variants'] as Keyed[]).sort(byKey);
  return result;
}

function put(target: Record<string, unknown>, [name, ...rest]: string[], kind: string, value: unknown): void {
  const list = target[name!] as Keyed[];
  if ((name === 'steps' || name === 'variants') && rest.length > 0) {
    const member = list.find(({ key }) => key === rest[0]);
    if (rest.length > 1) put(member!, rest.slice(1), kind, value);
    else if (kind === 'removed') target[name] = list.filter((each) => each !== member);
    else list.push(structuredClone(value) as Keyed);
  } else if (name !== 'steps' && name !== 'variants') {
    if (rest.length > 0) put(target[name!] as Record<string, unknown>, rest, kind, value);
    else if (kind === 'removed') delete target[name!];
    else target[name!] = value;
  }
}

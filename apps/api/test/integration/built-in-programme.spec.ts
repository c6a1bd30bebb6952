import { readFile } from 'node:fs/promises';
import { campaignSchema, checkAgainstPacks, type Campaign } from '@aftercare/domain';
import {
  locales,
  renderMessage,
  templateContent,
  type Locale,
  type TemplateName,
} from '@aftercare/notifications';
import { describe, expect, it } from 'vitest';
import { builtInFiles, movedTo } from '../../src/features/campaigns/built-in-campaigns.service.js';
import { readCampaignFile } from '../../src/features/campaigns/read-campaign-file.js';
import type { ClaimedRow } from '../../src/features/deliveries/chunk.repository.js';
import type { RowFacts } from '../../src/features/deliveries/facts.repository.js';
import { contentFor, templateData } from '../../src/features/deliveries/template-data.js';

const programme = builtInFiles().map(readCampaignFile);
const portalUrl = 'https://portal.harbour.example';
const brand = {
  name: 'Harbour Insurance',
  colour: '#0b5d7a',
  postalAddress: '1 Quay Street, Bristol',
  contactEmail: 'care@harbour.example',
  portalUrl,
};

const today = '2026-11-22';

/** Somebody of whom the book knows what it usually knows. */
const reader = {
  ...{ id: 'C-1', givenName: 'Ann', familyName: 'Reader', birthDate: '1968-05-04', region: 'GB-ENG' },
  ...{ policyCount: 2, lines: ['home', 'life'] },
};
const policy = {
  ...{ id: 'P-1', line: 'life', product: null, status: 'in_force', startDate: '2019-12-01', termNumber: 1 },
  ...{ renewalDate: '2026-12-01', endDate: null, statusSince: '2026-11-01', graceEndsOn: '2026-12-01' },
  ...{ premiumMinor: 48_000, previousPremiumMinor: 46_000, currency: 'EUR', paymentMode: 'monthly' },
  ...{ insuredObject: null, coolingOffEndsOn: '2026-12-15', doNotRenew: false, renewed: false },
  owed: { dueDate: '2026-11-20', amountMinor: 4_000, currency: 'EUR' },
};

const letters = programme.flatMap((campaign) =>
  campaign.steps
    .filter(({ channel }) => channel === 'email')
    .map((step) => [`${campaign.key} ${step.key}`, campaign, step] as const),
);

async function rendered(campaign: Campaign, step: Campaign['steps'][number], locale: Locale) {
  const row = {
    ...{ template: step.template, step: step.key, variant: null, anchorDate: '2026-11-20', termNo: 1 },
    policyId: campaign.subject === 'policy' ? 'P-1' : null,
  } as unknown as ClaimedRow;
  const facts = { customer: { ...reader, locale }, policies: [policy] } as unknown as RowFacts;
  const { subject, html, text } = await renderMessage({
    template: step.template as TemplateName,
    locale,
    data: templateData(row, campaign, facts, today, portalUrl),
    brand,
    today,
    timeZone: 'Europe/London',
    preferencesUrl: `${portalUrl}/u/p`,
    unsubscribeUrl: `${portalUrl}/u/x`,
  });
  return { subject, html: String(html), text: String(text) };
}

describe('the built-in programme', () => {
  it('is in files named after their keys, each key once', () => {
    expect(programme.map(({ key }) => key)).toEqual([...new Set(programme.map(({ key }) => key))].sort());
    expect(programme.length).toBeGreaterThan(25);
  });

  it('is told in the docs, campaign by campaign', async () => {
    const docs = await readFile(new URL('../../../../docs/programme.md', import.meta.url), 'utf8');
    for (const { key, priority, class: kind } of programme) {
      const row = docs.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${key}\``));
      expect(row, key).toContain(`${kind === 'service' ? 'S' : 'M'} ${priority}`);
    }
  });

  it('has a file in the docs that can be taken as it stands', async () => {
    const docs = await readFile(new URL('../../../../docs/campaign-files.md', import.meta.url), 'utf8');
    const [, sample] = /```json\n([\s\S]*?)```/.exec(docs) ?? [];
    expect(campaignSchema.safeParse(JSON.parse(sample ?? 'null')).error).toBeUndefined();
  });

  it('gives every field of the file, so that an operator who copies one sees what there is', () => {
    const fields = ['key', 'name', 'class', 'topic', 'priority', 'subject', 'audience', 'trigger', 'steps'];
    const bounds = ['exitWhen', 'holdout', 'catchUpHours', 'startsOn', 'endsOn'];
    for (const file of builtInFiles()) {
      const given = JSON.parse(file) as Campaign;
      expect(Object.keys(given), given.key).toEqual(expect.arrayContaining([...fields, ...bounds]));
    }
  });

  it.each(programme.map((campaign) => [campaign.key, campaign] as const))(
    '%s breaks no rule',
    (_key, campaign) => {
      expect(checkAgainstPacks(campaign, templateContent)).toEqual([]);
      // Nor would it if it were a statutory notice, as far as what it says goes.
      const strict = checkAgainstPacks({ ...campaign, class: 'legal' }, templateContent);
      expect(strict.filter(({ code }) => code !== 'notice_not_in_window')).toEqual([]);
    },
  );

  it.each(letters)('%s can be written in every language', async (_name, campaign, step) => {
    const [english, chinese] = await Promise.all(locales.map((locale) => rendered(campaign, step, locale)));
    expect(english!.text).not.toMatch(/\p{Script=Han}|portal:/u);
    expect(chinese!.subject).toMatch(/\p{Script=Han}/u);
    // A sentence of English in a Chinese letter is one that nobody translated.
    expect(chinese!.text.replaceAll(/\[?https?:\S+/g, '')).not.toMatch(/([a-z]+ ){4}/);
    expect(english!.subject.length).toBeLessThanOrEqual(110);
  });

  it('gives each task a title and instructions in every language', () => {
    const tasks = programme.flatMap((campaign) =>
      campaign.steps.filter(({ channel }) => channel === 'task').map((step) => ({ campaign, step })),
    );
    expect(tasks.length).toBeGreaterThan(4);
    for (const { campaign, step } of tasks) {
      for (const locale of locales) {
        const content = contentFor({ step: step.key, variant: null }, campaign, locale);
        expect(content['title'], step.key).toMatch(/^.{5,120}$/u);
        expect(String(content['instructions']).length, step.key).toBeGreaterThan(40);
      }
    }
  });

  it('names the source of every tip and the day on which somebody looks at it again', () => {
    const tips = programme
      .filter(({ topic }) => topic === 'safety-tips')
      .flatMap(({ steps }) => steps.map(({ content }) => content));
    expect(tips.length).toBeGreaterThan(10);
    for (const content of tips) {
      expect(content['source']).toMatch(/\w{3}/);
      expect(content['reviewBy']).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
  });

  it('leaves people out to measure by only where it may', () => {
    const measured = programme.filter(({ holdout }) => holdout > 0);
    expect(measured.every((campaign) => campaign.class === 'marketing')).toBe(true);
    expect(measured.length).toBeGreaterThan(10);
  });
});

it('moves an event with the day of the sample, and nothing else', () => {
  const file = builtInFiles().find((text) => text.includes('"community-evening"'))!;
  const moved = campaignSchema.parse(JSON.parse(movedTo('2027-01-10', file)));
  expect(moved.trigger).toEqual({ type: 'once', at: '2027-01-12T11:00' });
  const [invitation] = moved.steps;
  const { event } = contentFor({ step: invitation!.key, variant: null }, moved, 'en') as {
    event: { startsAt: string };
  };
  expect(event.startsAt).toBe('2027-01-27T18:00:00Z');
  const tips = builtInFiles().find((text) => text.includes('"fire-tips"'))!;
  expect(movedTo('2027-01-10', tips)).toBe(tips);
});

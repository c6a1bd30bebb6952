import { campaignSchema, checkAgainstPacks, type Campaign } from '@aftercare/domain';
import {
  getTemplate,
  locales,
  renderMessage,
  templateContent,
  type Locale,
  type TemplateName,
} from '@aftercare/notifications';
import { describe, expect, it } from 'vitest';
import { contentFor } from '../deliveries/template-data.js';
import { builtInFiles, movedTo } from './built-in-campaigns.service.js';
import { readCampaignFile } from './read-campaign-file.js';

const programme = builtInFiles().map(readCampaignFile);
const portalUrl = 'https://portal.harbour.example';
const brand = {
  name: 'Harbour Insurance',
  colour: '#0b5d7a',
  postalAddress: '1 Quay Street, Bristol',
  contactEmail: 'care@harbour.example',
  portalUrl,
};

/** What a step says, links of our own made whole. */
function contentOf(campaign: Campaign, step: string, locale: Locale): Record<string, unknown> {
  const content = JSON.stringify(contentFor({ step, variant: null }, campaign, locale));
  return JSON.parse(content.replaceAll('"portal:/', `"${portalUrl}/`)) as Record<string, unknown>;
}

/** Letters that are nothing but what the step says: no sample may fill in for it. */
const writtenInSteps = [
  'safety-tip',
  'offer',
  'newsletter',
  'event-invitation',
  'event-reminder',
  'event-thanks',
];

const letters = programme.flatMap((campaign) =>
  campaign.steps
    .filter(({ channel }) => channel === 'email')
    .map((step) => [`${campaign.key} ${step.key}`, campaign, step] as const),
);

async function rendered(campaign: Campaign, step: Campaign['steps'][number], locale: Locale) {
  const template = step.template as TemplateName;
  const [sample] = getTemplate(template).samples[locale];
  const { customer, ...rest } = sample!.data;
  const given = writtenInSteps.includes(template) ? { customer } : { customer, ...rest };
  return renderMessage({
    template,
    locale,
    data: { ...given, ...contentOf(campaign, step.key, locale) },
    brand,
    today: sample!.today,
    timeZone: 'Europe/London',
    preferencesUrl: `${portalUrl}/u/p`,
    unsubscribeUrl: `${portalUrl}/u/x`,
  });
}

describe('the built-in programme', () => {
  it('is in files named after their keys, each key once', () => {
    expect(programme.map(({ key }) => key)).toEqual([...new Set(programme.map(({ key }) => key))].sort());
    expect(programme.length).toBeGreaterThan(25);
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
    expect(english!.text).not.toMatch(/\p{Script=Han}/u);
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
        const content = contentOf(campaign, step.key, locale);
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
  const { event } = contentOf(moved, invitation!.key, 'en') as {
    event: { startsAt: string };
  };
  expect(event.startsAt).toBe('2027-01-27T18:00:00Z');
  const tips = builtInFiles().find((text) => text.includes('"fire-tips"'))!;
  expect(movedTo('2027-01-10', tips)).toBe(tips);
});

import type { Campaign } from '@aftercare/domain';
import { locales, resolveLocale } from '@aftercare/notifications';
import { fullName } from '../../platform/auth/names.js';
import type { ClaimedRow } from './chunk.repository.js';
import { dataFromBook, type Source } from './data-from-book.js';
import type { RowFacts } from './facts.repository.js';
import { policyOf } from './gate-facts.js';
import type { AllowedRow } from './judge.js';

/**
 * The data of a row's template, from the book as it is now. What the book does not say stays out, so that the
 * template's schema names it and the message is not sent half empty.
 */
export function templateData(
  row: ClaimedRow,
  campaign: Campaign,
  facts: RowFacts,
  today: string,
  portalUrl: string,
): Record<string, unknown> {
  const source: Source = { row, campaign, facts, policy: policyOf(row, facts), today, portalUrl };
  return {
    ...common(source),
    ...dataFromBook[row.template]?.(source),
    ...contentOf(row, campaign, facts.customer.locale, portalUrl),
  };
}

/**
 * The data of a letter that several rows share: each with what its own letter would have said, the whole with the
 * step's content and the names of everybody it is for, the first row's reader first.
 */
export function mergedData(letter: readonly AllowedRow[], portalUrl: string): Record<string, unknown> {
  const { row, campaign, facts } = letter[0]!;
  const nameOf = ({ facts: { customer } }: AllowedRow) => fullName(customer) ?? customer.email ?? '';
  const items = letter
    .map((each) => ({
      name: nameOf(each),
      data: templateData(each.row, each.campaign, each.facts, each.day.today, portalUrl),
      policyId: each.row.policyId ?? '',
    }))
    .sort((a, b) => inOrder(a.name, b.name) || inOrder(a.policyId, b.policyId));
  return {
    actionUrl: `${portalUrl}/`,
    ...contentOf(row, campaign, facts.customer.locale, portalUrl),
    template: row.template,
    names: [...new Set(letter.map(nameOf))],
    items: items.map(({ data }) => data),
  };
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What every template may show: who reads, and the policy it is about. */
function common({ facts: { customer }, policy, portalUrl }: Source): Record<string, unknown> {
  return {
    customer: { givenName: customer.givenName, familyName: customer.familyName },
    policy: policy && {
      number: policy.id,
      line: policy.line,
      product: policy.product,
      insuredObject: inWords(policy.insuredObject),
    },
    actionUrl: policy ? `${portalUrl}/policies/${encodeURIComponent(policy.id)}` : `${portalUrl}/`,
  };
}

const longestObject = 160;

/** The insured object in one line, "Toyota Corolla, AB12 CDE", where the core system describes it in such words. */
function inWords(object: Record<string, unknown> | null): string | null {
  const said = (key: string) => {
    const value = object?.[key];
    return typeof value === 'string' && value.trim() !== '' ? value : '';
  };
  const what = said('description') || joined(said('make'), ' ', said('model'));
  const which = said('registration') || said('plate');
  return joined(joined(what, ', ', which), ', ', said('address')).slice(0, longestObject) || null;
}

function joined(one: string, between: string, other: string): string {
  return one && other ? one + between + other : one || other;
}

/** What the campaign's step itself has to say; what the row's arm of an experiment says stands over it. */
export function contentFor(
  row: Pick<ClaimedRow, 'step' | 'variant'>,
  campaign: Campaign,
  locale: string | null,
): Record<string, unknown> {
  const step = campaign.steps.find(({ key }) => key === row.step);
  const variant = step?.variants.find(({ key }) => key === row.variant);
  return { ...inLanguage(step?.content, locale), ...inLanguage(variant?.content, locale) };
}

/** What the letters of a campaign say in a language: the same in each of them. */
const known = new WeakMap<Campaign, Map<string, Record<string, unknown>>>();

/** The same as a letter says it: its links to the portal are addresses. */
export function contentOf(
  row: Pick<ClaimedRow, 'step' | 'variant'>,
  campaign: Campaign,
  locale: string | null,
  portalUrl: string,
): Record<string, unknown> {
  const ofCampaign = known.get(campaign) ?? new Map<string, Record<string, unknown>>();
  known.set(campaign, ofCampaign);
  const key = `${row.step} ${row.variant ?? ''} ${resolveLocale(locale)} ${portalUrl}`;
  let content = ofCampaign.get(key);
  if (content === undefined) {
    content = linked(contentFor(row, campaign, locale), portalUrl);
    ofCampaign.set(key, content);
  }
  return content;
}

/**
 * Content in the reader's language where it is written in several: `{ "en": { … }, "zh-CN": { … } }`. Content in
 * one language only is given as it is.
 */
function inLanguage(
  content: Readonly<Record<string, unknown>> = {},
  locale: string | null,
): Record<string, unknown> {
  const translated = Object.keys(content).some((key) => (locales as readonly string[]).includes(key));
  if (!translated) return content;
  const chosen = content[resolveLocale(locale)] ?? content['en'] ?? Object.values(content)[0];
  return chosen as Record<string, unknown>;
}

const portalLink = /^portal:(?=\/)/;

/** Content with its links to the portal, written `portal:/events`, as addresses. */
function linked<Value>(content: Value, portalUrl: string): Value {
  if (typeof content === 'string') return content.replace(portalLink, portalUrl) as Value;
  if (Array.isArray(content)) return content.map((part: unknown) => linked(part, portalUrl)) as Value;
  if (typeof content !== 'object' || content === null) return content;
  return Object.fromEntries(
    Object.entries(content).map(([key, part]) => [key, linked<unknown>(part, portalUrl)]),
  ) as Value;
}

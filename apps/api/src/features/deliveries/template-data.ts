import type { Campaign } from '@aftercare/domain';
import { locales, resolveLocale } from '@aftercare/notifications';
import { fullName } from '../../platform/auth/names.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';
import { policyOf } from './gate-facts.js';
import type { AllowedRow } from './judge.js';

/** What a mapper may draw on. */
interface Source {
  row: ClaimedRow;
  campaign: Campaign;
  facts: RowFacts;
  policy: LoadedPolicy | null;
  /** The customer's civil date. */
  today: string;
  portalUrl: string;
}

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
    ...mappers[row.template]?.(source),
    ...contentFor(row, campaign, facts.customer.locale),
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
    ...contentFor(row, campaign, facts.customer.locale),
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

const mappers: Readonly<Record<string, (source: Source) => Record<string, unknown>>> = {
  'renewal-reminder': renewalReminder,
  welcome: ({ policy }) => ({ startDate: policy?.startDate, coolingOffEndsOn: null }),
  'health-check-invitation': ({ facts: { customer } }) => ({
    policyCount: customer.policyCount,
    minutes: healthCheckMinutes,
    lastCheckOn: null,
  }),
};

const healthCheckMinutes = 10;

function renewalReminder({ policy }: Source): Record<string, unknown> {
  if (policy === null) return {};
  const owed = policy.owed;
  return {
    renewalDate: policy.renewalDate,
    premium: money(policy.premiumMinor, policy.currency),
    previousPremium: money(policy.previousPremiumMinor, policy.currency),
    paymentMode: policy.paymentMode,
    automatic: false,
    grace:
      policy.status === 'grace' && policy.graceEndsOn !== null
        ? {
            endsOn: policy.graceEndsOn,
            due: money(owed?.amountMinor ?? policy.premiumMinor, owed?.currency ?? policy.currency),
          }
        : null,
    shopAround: null,
  };
}

function money(
  amountMinor: number | null,
  currency: string | null,
): { amountMinor: number; currency: string } | null {
  return amountMinor === null || currency === null ? null : { amountMinor, currency };
}

const longestObject = 160;

/** The insured object in one line, "Toyota Corolla, AB12 CDE", where the core system describes it in such words. */
function inWords(object: Record<string, unknown> | null): string | null {
  const wordsOf = (...keys: string[]) =>
    keys
      .map((key) => object?.[key])
      .filter((value) => typeof value === 'string' && value.trim() !== '')
      .join(' ');
  const parts = [
    wordsOf('description') || wordsOf('make', 'model'),
    wordsOf('registration') || wordsOf('plate'),
    wordsOf('address'),
  ];
  return parts.filter(Boolean).join(', ').slice(0, longestObject) || null;
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

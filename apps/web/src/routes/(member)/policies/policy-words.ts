import type { InsuredObject, MemberPolicy } from '#lib/api/types.ts';
import * as show from '#lib/format/here.ts';
import { m } from '#lib/paraglide/messages.js';

/** From when to when one is covered, in one sentence that fits the policy's state. */
export function coverPeriod(policy: MemberPolicy): string {
  const from = show.date(policy.startDate);
  if (policy.status !== 'in_force' && policy.status !== 'grace') {
    const ended = policy.statusSince ?? policy.endDate;
    return ended ? m.cover_ended({ from, date: show.date(ended) }) : m.cover_since({ from });
  }
  if (policy.renewalDate) return m.cover_renews({ from, date: show.date(policy.renewalDate) });
  if (policy.endDate) return m.cover_until({ from, date: show.date(policy.endDate) });
  return m.cover_since({ from });
}

/** The thing insured in a few words ('Volkswagen Golf, 2019'): the first values that read as a name. */
export function insuredSummary(insured: InsuredObject | null): string {
  if (!insured) return '';
  return Object.values(insured)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .slice(0, 3)
    .join(' ');
}

/** A name from the core system made readable ('build_year' → 'Build year', 'plateNumber' → 'Plate number'). */
export function readableKey(key: string): string {
  const words = key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

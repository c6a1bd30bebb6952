import type { MemberPolicy } from '#lib/api/generated/types.gen.ts';
import type { InsuredObject } from '#lib/api/types.ts';
import { show } from '#lib/format/here.ts';
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

const namingKeys = ['make', 'model', 'address', 'area', 'destination', 'name'];

/** The thing insured in a few words ('Volkswagen Golf'), when the record has something that reads as a name. */
export function insuredSummary(insured: InsuredObject | null): string {
  return namingKeys
    .map((key) => insured?.[key])
    .filter((value) => typeof value === 'string' && value !== '')
    .join(' ');
}

const factNames: Record<string, () => string> = {
  kind: m.fact_kind,
  make: m.fact_make,
  model: m.fact_model,
  year: m.fact_year,
  parkedAtNight: m.fact_parked_at_night,
  built: m.fact_built,
  rooms: m.fact_rooms,
  smokeAlarm: m.fact_smoke_alarm,
  smoker: m.fact_smoker,
  beneficiaryNamed: m.fact_beneficiary_named,
  persons: m.fact_persons,
  excessMinor: m.fact_excess,
  area: m.fact_area,
  winterSports: m.fact_winter_sports,
};

/** One fact about the thing insured, from the core system's key and value. Keys we do not know are made readable. */
export function insuredFact(key: string, value: string | number | boolean, currency: string | null) {
  return { label: factNames[key]?.() ?? readableKey(key), value: factValue(key, value, currency) };
}

function factValue(key: string, value: string | number | boolean, currency: string | null): string {
  if (typeof value === 'boolean') return value ? m.yes() : m.no();
  return key.endsWith('Minor') && typeof value === 'number' ? show.money(value, currency) : String(value);
}

/** ('build_year' → 'Build year', 'plateNumber' → 'Plate number') */
function readableKey(key: string): string {
  const words = key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

import { hongKong, india, singapore, taiwan } from './packs/asia.js';
import { britain } from './packs/britain.js';
import { china } from './packs/china.js';
import { europeanUnion, germany, spain } from './packs/europe.js';
import { everywhere } from './packs/everywhere.js';
import type { RulePack } from './rule-pack.js';
import { unitedStates } from './packs/united-states.js';
import { states } from './packs/us-states.js';

/** The code of the rules that hold where no jurisdiction has one. */
export const anywhere = '*';

/** Every pack by the code of its jurisdiction: ISO 3166-1 or -2, `EU`, `*`. */
export const packs: Readonly<Record<string, RulePack>> = {
  [anywhere]: everywhere,
  EU: europeanUnion,
  DE: germany,
  ES: spain,
  GB: britain,
  CN: china,
  HK: hongKong,
  IN: india,
  SG: singapore,
  TW: taiwan,
  US: unitedStates,
  ...states,
};

export const membersOfTheUnion = new Set(
  ('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK' as const).split(' '),
);

/** Codes that ISO 3166-2 also gives to places with a country code, and laws, of their own. */
const otherNames: Readonly<Record<string, string>> = {
  'CN-HK': 'HK',
  'CN-MO': 'MO',
  'CN-TW': 'TW',
  UK: 'GB',
};

/**
 * The jurisdictions whose rules reach a region, nearest first: `US-CA` gives US-CA, US and the default's `*`.
 *
 * @param region a customer's region by ISO 3166-2; anything else is taken for a place without rules of its own.
 */
export function jurisdictionsOf(region: string | null | undefined): string[] {
  const given = (region ?? '').trim().toUpperCase();
  const code = otherNames[given] ?? given.replace(/^UK-/, 'GB-');
  const [country = ''] = code.split('-');
  const union = membersOfTheUnion.has(country) ? ['EU'] : [];
  return [...new Set([code, country])]
    .filter((name) => !['', 'EU', anywhere].includes(name))
    .concat(union, anywhere);
}

/** A jurisdiction's code, and what else it may be called in a book. */
export function namesOf(jurisdiction: string): string[] {
  return [jurisdiction, ...Object.keys(otherNames).filter((name) => otherNames[name] === jurisdiction)];
}

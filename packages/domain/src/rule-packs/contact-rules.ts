import type { Line } from '../policy/policy.js';
import { rulesInForce, ruleInForce } from './resolve.js';
import type { Clock, ContactHours, FoundRule, NoticeWindow, Purpose, RequiredContent } from './rule-pack.js';

/** The local hours in which a person in a region may be contacted, by law; null where no rule is known. */
export function contactHours(region: string | null | undefined, on?: string): FoundRule<ContactHours> | null {
  return ruleInForce('contactHours', { region, line: null, on });
}

/** When statutory notices about a line have to go. A state's and its country's both hold. */
export function noticeWindows(
  line: Line,
  region: string | null | undefined,
  on?: string,
): FoundRule<NoticeWindow>[] {
  return rulesInForce(
    'notices',
    { region, line, on },
    ({ purposes, of }, jurisdiction) => `${jurisdiction} ${purposes.join()} ${of}`,
  );
}

/** What letters of a purpose about a line have to say. A state's rules and its country's both hold. */
export function requiredContent(
  line: Line,
  region: string | null | undefined,
  purpose: Purpose,
  on?: string,
): FoundRule<RequiredContent>[] {
  return rulesInForce(
    'content',
    { region, line, on },
    (value, jurisdiction) => `${jurisdiction} ${value.purpose}`,
  ).filter(({ value }) => value.purpose === purpose);
}

/** The time limits of a complaint; a state's stands before its country's for the same thing. */
export function complaintClocks(region: string | null | undefined, on?: string): FoundRule<Clock>[] {
  return rulesInForce('complaints', { region, line: null, on }, ({ event }) => event);
}

/** The time limits of a claim under a line; a state's stands before its country's for the same thing. */
export function claimClocks(line: Line, region: string | null | undefined, on?: string): FoundRule<Clock>[] {
  return rulesInForce('claims', { region, line, on }, ({ event }) => event);
}

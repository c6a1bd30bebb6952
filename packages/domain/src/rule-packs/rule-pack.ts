import type { Line } from '../policy/policy.js';

/** How well a rule is known: H its text was read, M from a second hand, L from memory: to be checked before it is relied on. */
export type Confidence = 'H' | 'M' | 'L';

/** One rule of a jurisdiction. */
export interface Rule<Value> {
  readonly value: Value;
  /** The lines it is about; all when left out. */
  readonly lines?: readonly Line[];
  /** The first day it holds. A later rule about the same thing takes its place from its own day on. */
  readonly from: string;
  /** Where it is written. */
  readonly source: string;
  readonly confidence: Confidence;
}

/** A rule that was found, and whose it is. */
export interface FoundRule<Value> extends Rule<Value> {
  /** ISO 3166 code of the jurisdiction, `EU`, or `*` where no jurisdiction has one. */
  readonly jurisdiction: string;
}

/** For rules older than any policy in a book, or whose first day is not known. */
export const always = '1900-01-01';

/** A span of time; of two that are given the one that ends first. */
export interface Period {
  readonly days?: number;
  readonly months?: number;
  readonly years?: number;
  /** Days where the premium is paid by the month. */
  readonly monthlyDays?: number;
}

/** What a campaign is for, as far as rules ask: read from its trigger and audience. */
export type Purpose = 'renewal' | 'non_renewal' | 'payment' | 'grace' | 'welcome' | 'cooling_off';

/** Something that a letter says. A template declares which of these it carries. */
export const contentMarks = [
  'previous_premium',
  'new_premium',
  'check_cover',
  'shop_around',
  'fourth_renewal',
  'what_if_nothing',
  'amount_due',
  'due_date',
  'grace_end',
  'lapse_consequence',
  'payment_help',
  'cooling_off',
  'reinstatement_window',
] as const;
export type ContentMark = (typeof contentMarks)[number];

/** When a statutory notice has to go: days from the date it is counted from, negative before it. */
export interface NoticeWindow {
  readonly purposes: readonly Purpose[];
  /** `due`: the day the premium is due; `graceEnd`: the last day of grace; `renewal`: the renewal date. */
  readonly of: 'due' | 'graceEnd' | 'renewal';
  readonly earliest: number | null;
  readonly latest: number;
  /** `post`: an e-mail does not do; a task of the staff sends it. `any`: every channel does. */
  readonly by: 'any' | 'post';
  /** Whom it goes to, in words. */
  readonly to: string;
}

export interface RequiredContent {
  readonly purpose: Purpose;
  readonly marks: readonly ContentMark[];
}

/** Local hours in which a person may be contacted: from `opens` on, before `closes`. */
export interface ContactHours {
  readonly opens: string;
  readonly closes: string;
}

/** A time limit of a complaint's or a claim's handling. */
export interface Clock {
  /** What has to have happened: `acknowledge`, `final_response`, `decide`, `pay` … */
  readonly event: string;
  readonly within: number;
  readonly unit: 'days' | 'business_days' | 'weeks' | 'years';
  /** What it is counted from, in words. */
  readonly after: string;
}

/** A clock, in one line. */
export function clock(event: string, within: number, unit: Clock['unit'], after: string): Clock {
  return { event, within, unit, after };
}

/** What one jurisdiction lays down. Everything it leaves out is taken from the one above it. */
export interface RulePack {
  /** null: there is no grace. */
  readonly grace?: readonly Rule<Period | null>[];
  readonly coolingOff?: readonly Rule<Period>[];
  readonly reinstatement?: readonly Rule<Period>[];
  readonly contactHours?: readonly Rule<ContactHours>[];
  readonly notices?: readonly Rule<NoticeWindow>[];
  readonly content?: readonly Rule<RequiredContent>[];
  readonly complaints?: readonly Rule<Clock>[];
  readonly claims?: readonly Rule<Clock>[];
}

export type RuleKind = keyof RulePack;

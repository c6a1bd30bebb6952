import { Temporal } from 'temporal-polyfill';
import type { Campaign } from '../campaigns/campaign.js';
import { parseOnceAt } from '../campaigns/parts.js';
import type { Step, Variant } from '../campaigns/step.js';
import { evaluateRule } from '../rules/evaluate.js';
import type { Subject } from '../rules/facts.js';
import { addDays } from '../time/civil-date.js';
import { dueInstant } from '../time/slots.js';
import { anchorDates, zoneOf, type PlanCustomer, type PlanPolicy } from './anchors.js';
import { experimentKey, globalHoldoutKey, holdoutKey, isHeldOut, variantRanges } from './holdout.js';

/** A row that the planner adds to the ledger. */
export interface PlannedRow {
  readonly step: string;
  readonly subjectId: string;
  readonly anchorDate: string;
  readonly customerId: string;
  readonly policyId: string | null;
  /** The arm of the step's experiment, null where it has none. */
  readonly variant: string | null;
  readonly template: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
  readonly state: 'planned' | 'held_out' | 'expired';
  readonly reason: 'missed_window' | 'superseded' | 'global_holdout' | null;
}

export interface PlanInput {
  readonly campaign: Campaign;
  readonly book: readonly PlanCustomer[];
  /** Up to where each step is planned already, by its key; on activation, the activation − catchUpHours. */
  readonly watermarks: Readonly<Record<string, Temporal.Instant>>;
  readonly asOf: Temporal.Instant;
  /** Identities ({@link ledgerIdentity}) of rows that the ledger has. */
  readonly ledger: ReadonlySet<string>;
  /** The point in [0, 1) of a key that is hashed; see `holdoutPoint`. */
  readonly pointOf: (key: string) => number;
  /** The share of customers who get no marketing at all. */
  readonly globalHoldout?: number;
  /** Which of the campaign's subjects and anchors ({@link anchorIdentity}) this version takes; all when absent. */
  readonly version?: {
    /** `finishing` goes on with those who have a row of it; `open` leaves alone those of a finishing version. */
    readonly running: 'open' | 'finishing';
    /** Those with a row of this version when it is finishing; of one that is finishing when this one is open. */
    readonly entered: ReadonlySet<string>;
  };
}

interface PlanSubject {
  readonly id: string;
  readonly customer: PlanCustomer;
  readonly policy: PlanPolicy | null;
  readonly zone: string;
  /** What the audience rule is asked about: one of them must make it true. */
  readonly asked: readonly Subject[];
}

interface Candidate {
  readonly step: Step;
  readonly variant: Variant | null;
  readonly subject: PlanSubject;
  readonly anchorDate: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  /** The step's own moment, whatever the time of its variant: steps follow one another by these. */
  readonly place: Temporal.Instant;
}

/** The identity of a row within its campaign. */
export function ledgerIdentity(row: { step: string; subjectId: string; anchorDate: string }): string {
  return JSON.stringify([row.step, row.subjectId, row.anchorDate]);
}

/** What all steps that follow one anchor of one subject have in common. */
export function anchorIdentity(row: { subjectId: string; anchorDate: string }): string {
  return JSON.stringify([row.subjectId, row.anchorDate]);
}

/**
 * The planner as a pure function: the rows that one tick at `asOf` adds to the ledger for one version of a campaign.
 * The planner proper is one set-based statement; this says, subject by subject, what that statement must do, and is
 * its oracle in tests.
 *
 * A step of a subject is due at the anchor date + offset, at the step's local time (or that of the subject's arm of
 * its experiment) in the customer's zone, else the policy's, else UTC. Of what fell due since the watermark, and of
 * what fell due within the catch-up window for subjects who came into the audience late, each row not yet in the
 * ledger is added: `planned` when it is within the window, `expired` when it is not. Of several steps of one subject
 * and anchor within the window, only the latest is planned (of two at the same moment, the later in the file); the
 * others expire as superseded. The audience, the step's own condition and the exit rule are asked as of the local
 * day on which the step is due, so that a tick that comes late decides as one in time would have.
 */
export function planReference(input: PlanInput): PlannedRow[] {
  return subjectsOf(input).flatMap((subject) => {
    const candidates = candidatesOf(subject, input);
    const anchors = new Set(candidates.map(({ anchorDate }) => anchorDate));
    return [...anchors]
      .filter((anchorDate) => isTaken({ subjectId: subject.id, anchorDate }, input))
      .flatMap((anchor) =>
        planAnchor(
          candidates.filter(({ anchorDate }) => anchorDate === anchor),
          input,
        ),
      );
  });
}

function isTaken(of: { subjectId: string; anchorDate: string }, { version }: PlanInput): boolean {
  if (version === undefined) return true;
  return version.entered.has(anchorIdentity(of)) === (version.running === 'finishing');
}

function planAnchor(candidates: readonly Candidate[], input: PlanInput): PlannedRow[] {
  const { campaign, asOf, ledger } = input;
  const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
  const inWindow = candidates.filter(({ dueAt }) => Temporal.Instant.compare(dueAt, windowStart) > 0);
  const latest = inWindow.reduce<Candidate | null>(
    (best, next) => (best === null || Temporal.Instant.compare(next.place, best.place) >= 0 ? next : best),
    null,
  );
  return candidates.flatMap((candidate) => {
    const { step, variant, subject, anchorDate, localDate, dueAt } = candidate;
    const identity = { step: step.key, subjectId: subject.id, anchorDate };
    if (ledger.has(ledgerIdentity(identity))) return [];
    const outcome = !inWindow.includes(candidate)
      ? ({ state: 'expired', reason: 'missed_window' } as const)
      : candidate !== latest
        ? ({ state: 'expired', reason: 'superseded' } as const)
        : firstState(subject, input);
    return {
      ...identity,
      customerId: subject.customer.facts.id,
      policyId: subject.policy?.facts.id ?? null,
      variant: variant?.key ?? null,
      template: variant?.template ?? step.template,
      localDate,
      dueAt,
      expiresAt: dueAt.add({ hours: campaign.catchUpHours }),
      ...outcome,
    };
  });
}

function firstState(
  { id, customer }: PlanSubject,
  { campaign, globalHoldout = 0, pointOf }: PlanInput,
): Pick<PlannedRow, 'state' | 'reason'> {
  const isMarketing = campaign.class === 'marketing';
  if (isMarketing && isHeldOut(globalHoldout, pointOf(globalHoldoutKey(customer.facts.id))))
    return { state: 'held_out', reason: 'global_holdout' };
  const heldOut = isHeldOut(campaign.holdout, pointOf(holdoutKey(campaign.key, id)));
  return { state: heldOut ? 'held_out' : 'planned', reason: null };
}

function subjectsOf({ campaign, book }: PlanInput): PlanSubject[] {
  return book.flatMap((customer): PlanSubject[] => {
    const asked = customer.policies.map((policy) => ({ customer: customer.facts, policy: policy.facts }));
    if (campaign.subject === 'policy') {
      return customer.policies.map((policy, index) => ({
        id: policy.facts.id,
        customer,
        policy,
        zone: zoneOf(customer, policy),
        asked: asked.slice(index, index + 1),
      }));
    }
    const whole = asked.length === 0 ? [{ customer: customer.facts, policy: null }] : asked;
    const zone = zoneOf(customer, null);
    return [{ id: customer.facts.id, customer, policy: null, zone, asked: whole }];
  });
}

function candidatesOf(subject: PlanSubject, { campaign, watermarks, asOf, pointOf }: PlanInput): Candidate[] {
  return campaign.steps.flatMap((step) => {
    const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
    const watermark = watermarks[step.key] ?? windowStart;
    const after = Temporal.Instant.compare(watermark, windowStart) < 0 ? watermark : windowStart;
    const once = campaign.trigger.type === 'once' ? parseOnceAt(campaign.trigger.at) : null;
    const zone = once?.zone ?? subject.zone;
    const variant = variantOf(campaign, step, subject, pointOf);
    // Local dates lie within a day of UTC's, and a date that a zone skipped moves by one more.
    const from = addDays(after.toString().slice(0, 10), -step.offsetDays - 2);
    const to = addDays(asOf.toString().slice(0, 10), -step.offsetDays + 2);
    const anchors = anchorDates(campaign, subject.customer, subject.policy, from, to);
    return anchors.flatMap((anchorDate): Candidate[] => {
      const localDate = addDays(anchorDate, step.offsetDays);
      const place = dueInstant(localDate, step.at, zone);
      const dueAt = variant?.at === undefined ? place : dueInstant(localDate, variant.at, zone);
      const due = Temporal.Instant.compare(dueAt, after) > 0 && Temporal.Instant.compare(dueAt, asOf) <= 0;
      return due && isWithin(campaign, localDate) && isIn(campaign, step, subject, localDate)
        ? [{ step, variant, subject, anchorDate, localDate, dueAt, place }]
        : [];
    });
  });
}

function variantOf(
  { key }: Campaign,
  step: Step,
  { id }: PlanSubject,
  pointOf: PlanInput['pointOf'],
): Variant | null {
  if (step.variants.length === 0) return null;
  const point = pointOf(experimentKey(key, step.key, id));
  return variantRanges(step.variants).find(({ to }) => point < to)?.variant ?? null;
}

function isWithin({ startsOn, endsOn }: Campaign, localDate: string): boolean {
  return (startsOn === null || localDate >= startsOn) && (endsOn === null || localDate <= endsOn);
}

function isIn(
  { audience, exitWhen }: Campaign,
  { when }: Step,
  { asked }: PlanSubject,
  day: string,
): boolean {
  if (exitWhen !== null && asked.some((each) => evaluateRule(exitWhen, each, day))) return false;
  const rule = when === null ? audience : { all: [audience, when] };
  return asked.some((each) => evaluateRule(rule, each, day));
}

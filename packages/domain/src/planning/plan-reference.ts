import { Temporal } from 'temporal-polyfill';
import type { Campaign } from '../campaigns/campaign.js';
import { parseOnceAt } from '../campaigns/parts.js';
import type { Step } from '../campaigns/step.js';
import { evaluateRule } from '../rules/evaluate.js';
import type { Subject } from '../rules/facts.js';
import { addDays } from '../time/civil-date.js';
import { dueInstant } from '../time/slots.js';
import { anchorDates, type PlanCustomer, type PlanPolicy } from './anchors.js';
import { isHeldOut } from './holdout.js';

/** A row that the planner adds to the ledger. */
export interface PlannedRow {
  readonly step: string;
  readonly subjectId: string;
  readonly anchorDate: string;
  readonly customerId: string;
  readonly policyId: string | null;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
  readonly expiresAt: Temporal.Instant;
  readonly state: 'planned' | 'held_out' | 'expired';
  readonly reason: 'missed_window' | 'superseded' | null;
}

export interface PlanInput {
  readonly campaign: Campaign;
  readonly book: readonly PlanCustomer[];
  /** Up to where each step is planned already, by its key; on activation, the activation − catchUpHours. */
  readonly watermarks: Readonly<Record<string, Temporal.Instant>>;
  readonly asOf: Temporal.Instant;
  /** Identities ({@link ledgerIdentity}) of rows that the ledger has. */
  readonly ledger: ReadonlySet<string>;
  /** The point in [0, 1) of a subject, by its id; see `holdoutPoint`. */
  readonly holdoutPointOf: (subjectId: string) => number;
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
  readonly subject: PlanSubject;
  readonly anchorDate: string;
  readonly localDate: string;
  readonly dueAt: Temporal.Instant;
}

/** The identity of a row within its campaign. */
export function ledgerIdentity(row: { step: string; subjectId: string; anchorDate: string }): string {
  return JSON.stringify([row.step, row.subjectId, row.anchorDate]);
}

/**
 * The planner as a pure function: the rows that one tick at `asOf` adds to the ledger. The planner proper is one
 * set-based statement; this says, subject by subject, what that statement must do, and is its oracle in tests.
 *
 * A step of a subject is due at the anchor date + offset, at the step's local time in the customer's zone, else the
 * policy's, else UTC. Of what fell due since the watermark, and of what fell due within the catch-up window for
 * subjects who came into the audience late, each row not yet in the ledger is added: `planned` when it is within
 * the window, `expired` when it is not. Of several steps of one subject and anchor within the window, only the
 * latest is planned (of two at the same moment, the later in the file); the others expire as superseded. The
 * audience rule is asked as of the local day on which the step is due, so that a tick that comes late decides as
 * one in time would have.
 *
 * Plans `date` and `once` triggers; of the others it plans nothing.
 */
export function planReference(input: PlanInput): PlannedRow[] {
  return subjectsOf(input).flatMap((subject) => {
    const candidates = candidatesOf(subject, input);
    const anchors = new Set(candidates.map(({ anchorDate }) => anchorDate));
    return [...anchors].flatMap((anchor) =>
      planAnchor(
        candidates.filter(({ anchorDate }) => anchorDate === anchor),
        input,
      ),
    );
  });
}

function planAnchor(
  candidates: readonly Candidate[],
  { campaign, asOf, ledger, holdoutPointOf }: PlanInput,
): PlannedRow[] {
  const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
  const inWindow = candidates.filter(({ dueAt }) => Temporal.Instant.compare(dueAt, windowStart) > 0);
  const latest = inWindow.reduce<Candidate | null>(
    (best, next) => (best === null || Temporal.Instant.compare(next.dueAt, best.dueAt) >= 0 ? next : best),
    null,
  );
  return candidates.flatMap((candidate) => {
    const { step, subject, anchorDate, localDate, dueAt } = candidate;
    const identity = { step: step.key, subjectId: subject.id, anchorDate };
    if (ledger.has(ledgerIdentity(identity))) return [];
    const heldOut = isHeldOut(campaign.holdout, holdoutPointOf(subject.id));
    const outcome = !inWindow.includes(candidate)
      ? ({ state: 'expired', reason: 'missed_window' } as const)
      : candidate !== latest
        ? ({ state: 'expired', reason: 'superseded' } as const)
        : ({ state: heldOut ? 'held_out' : 'planned', reason: null } as const);
    return {
      ...identity,
      customerId: subject.customer.facts.id,
      policyId: subject.policy?.facts.id ?? null,
      localDate,
      dueAt,
      expiresAt: dueAt.add({ hours: campaign.catchUpHours }),
      ...outcome,
    };
  });
}

function subjectsOf({ campaign, book }: PlanInput): PlanSubject[] {
  return book.flatMap((customer): PlanSubject[] => {
    const asked = customer.policies.map((policy) => ({ customer: customer.facts, policy: policy.facts }));
    if (campaign.subject === 'policy') {
      return customer.policies.map((policy, index) => ({
        id: policy.facts.id,
        customer,
        policy,
        zone: customer.facts.timeZone ?? policy.facts.timeZone ?? 'UTC',
        asked: asked.slice(index, index + 1),
      }));
    }
    const whole = asked.length === 0 ? [{ customer: customer.facts, policy: null }] : asked;
    return [
      { id: customer.facts.id, customer, policy: null, zone: customer.facts.timeZone ?? 'UTC', asked: whole },
    ];
  });
}

function candidatesOf(subject: PlanSubject, { campaign, watermarks, asOf }: PlanInput): Candidate[] {
  return campaign.steps.flatMap((step) => {
    const windowStart = asOf.subtract({ hours: campaign.catchUpHours });
    const watermark = watermarks[step.key] ?? windowStart;
    const after = Temporal.Instant.compare(watermark, windowStart) < 0 ? watermark : windowStart;
    const once = campaign.trigger.type === 'once' ? parseOnceAt(campaign.trigger.at) : null;
    const zone = once?.zone ?? subject.zone;
    // Local dates lie within a day of UTC's, and a date that a zone skipped moves by one more.
    const from = addDays(after.toString().slice(0, 10), -step.offsetDays - 2);
    const to = addDays(asOf.toString().slice(0, 10), -step.offsetDays + 2);
    const anchors = anchorDates(campaign.trigger, subject.customer, subject.policy, from, to);
    return anchors.flatMap((anchorDate): Candidate[] => {
      const localDate = addDays(anchorDate, step.offsetDays);
      const dueAt = dueInstant(localDate, step.at, zone);
      const due = Temporal.Instant.compare(dueAt, after) > 0 && Temporal.Instant.compare(dueAt, asOf) <= 0;
      const bounded =
        (campaign.startsOn === null || localDate >= campaign.startsOn) &&
        (campaign.endsOn === null || localDate <= campaign.endsOn);
      return due &&
        bounded &&
        subject.asked.some((asked) => evaluateRule(campaign.audience, asked, localDate))
        ? [{ step, subject, anchorDate, localDate, dueAt }]
        : [];
    });
  });
}

import { contactGate, localTime, type Campaign } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { countGate } from '../../platform/observability/metrics.js';
import type { ClaimedRow } from './chunk.repository.js';
import { dayZone } from './customer-day.js';
import type { Change } from './deliveries.types.js';
import type { RowFacts } from './facts.repository.js';
import { gateFacts, policyOf } from './gate-facts.js';
import { settleRefusal, settleThrown } from './settle.js';

/** A row that the contact gate lets go, with what its message is made of. */
export interface AllowedRow {
  row: ClaimedRow;
  campaign: Campaign;
  facts: RowFacts;
  /** The customer's zone and civil date. */
  day: { zone: string; today: string };
}

/**
 * Asks the contact gate about a row.
 * @param facts what is known of the customer just now; undefined when they are not in the book
 * @param now the time the row is judged at
 * @returns the row as it may go, or how it ends or waits
 */
export function judge(
  row: ClaimedRow,
  campaign: Campaign,
  facts: RowFacts | undefined,
  now: Temporal.Instant,
): AllowedRow | Change {
  if (facts === undefined) {
    return settleRefusal(row, { allow: false, state: 'suppressed', reason: 'facts_missing' });
  }
  const policy = policyOf(row, facts);
  const zone = dayZone(facts.customer.timeZone, policy?.timeZone ?? null);
  const day = { zone, today: localTime(now, zone).day };
  try {
    const decision = contactGate(gateFacts(row, campaign, facts, policy, day), now);
    return decision.allow ? { row, campaign, facts, day } : settleRefusal(row, decision);
  } catch (error) {
    return settleThrown(row, error);
  }
}

/** Counts what the gate has decided. What could not even be asked is no decision. */
export function countJudged(judged: AllowedRow | Change): void {
  if (!('to' in judged)) countGate('allowed', null);
  else if (judged.to === 'planned') countGate('deferred', judged.reason);
  else if (judged.to === 'suppressed' || judged.to === 'expired') countGate(judged.to, judged.reason);
}

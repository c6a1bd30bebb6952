import { Temporal } from 'temporal-polyfill';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { SettlementService } from '../../src/features/deliveries/settlement.service.js';
import { PlannerService } from '../../src/features/campaigns/planner.service.js';
import type { Harness } from './deliver-fixture.js';

/** A day on which nothing special happens, and a morning of it. */
export const day = '2031-05-06';
export const morning = `${day}T09:30:00Z`;

/** A marketing campaign to customers on one day, each of whose rows is due at `at`, local time. */
export function onceOn(on: Harness, change: Record<string, unknown> & { key: string }): Promise<void> {
  const { at = '09:00', day: dueDay = day, ...rest } = change as { at?: string; day?: string };
  return on.campaign({
    ...{ class: 'marketing', topic: change.key, subject: 'customer', catchUpHours: 48 },
    audience: { field: 'customer.id', op: 'startsWith', value: 'c' },
    trigger: { type: 'once', at: `${dueDay}T${at}` },
    steps: [{ key: 's', offsetDays: 0, at, template: 'newsletter', content }],
    ...rest,
  });
}

/** What the newsletter's template needs. */
const content = {
  issue: { label: 'May', title: 'News', intro: 'What happened.' },
  articles: [{ title: 'One', summary: 'Two', link: null }],
  archiveUrl: null,
};

/** Plans and sends as of a moment, until all that can go has gone. */
export async function runAsOf(on: Harness, instant: string): Promise<{ going: number; held: number }> {
  const asOf = Temporal.Instant.from(instant);
  await on.app.get(PlannerService).plan(asOf);
  return on.app.get(SettlementService).settle(asOf, asOf, 20_000);
}

export async function releaseAsOf(on: Harness, instant: string): Promise<number> {
  const asOf = Temporal.Instant.from(instant);
  return on.app.get(DispatchService).release(asOf, asOf);
}

/** Sets the limits of contact; what is not named is as lenient as can be. */
export async function limits(
  on: Harness,
  given: { contacts?: number; days?: number; countService?: boolean; opens?: string; closes?: string },
): Promise<void> {
  const { contacts = 0, days = 7, countService = false, opens = '00:00', closes = '24:00' } = given;
  await on.sql(
    `UPDATE contact_limits SET cap_contacts = $1, cap_days = $2, cap_counts_service = $3, opens = $4, closes = $5`,
    [contacts, days, countService, opens, closes],
  );
}

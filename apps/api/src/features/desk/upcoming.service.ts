import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  holdoutPoint,
  planReference,
  type Campaign,
  type PlanCustomer,
  type PlannedRow,
} from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import { Clock } from '../../platform/clock/clock.js';
import { notFound } from '../../platform/http/problem.js';
import { gateReason } from './gate-reason.js';
import type { Upcoming } from './customers.schemas.js';
import { UpcomingRepository, type KnownCustomer, type OpenDelivery } from './upcoming.repository.js';

type Item = Upcoming['items'][number];

const daysAhead = 60;
const itemsAtMost = 50;
const live = new Set(['in_force', 'grace']);

/** What one customer will hear in the coming weeks, as things stand. */
@Injectable()
export class UpcomingService {
  constructor(
    private readonly repository: UpcomingRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * What waits in the ledger, and what the campaigns that run will add to it; soonest first.
   * @throws ProblemError `not_found`
   */
  async list(customerId: string): Promise<Upcoming> {
    const [known, campaigns, open] = await Promise.all([
      this.repository.findCustomer(customerId),
      this.repository.listActiveCampaigns(),
      this.repository.listOpen(customerId),
    ]);
    if (!known) throw notFound('customer');
    const now = this.clock.now();
    const customer = plannable(known);
    const aboutRenewal = new Set(campaigns.filter(isAboutRenewal).map(({ key }) => key));
    const waiting = open.map((row) => {
      const asked = { ...row, aboutRenewal: aboutRenewal.has(row.campaignKey) };
      return waitingItem(row, gateReason(known, asked, now));
    });
    const coming = campaigns.flatMap((campaign) =>
      plannedRows(campaign, customer, now)
        .filter((row) => !open.some((each) => isSame(each, campaign.key, row)))
        .map((row) => {
          const { class: contactClass, topic, key } = campaign;
          const { policyId } = row;
          const channel = campaign.steps.find((step) => step.key === row.step)!.channel;
          const asked = {
            ...{ class: contactClass, topic, channel, policyId, aboutRenewal: aboutRenewal.has(key) },
          };
          const reason = row.state === 'held_out' ? 'held_out' : gateReason(known, asked, now);
          return comingItem(campaign, row, reason);
        }),
    );
    const items = [...waiting, ...coming].sort((a, b) =>
      a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0,
    );
    return { items: items.slice(0, itemsAtMost) };
  }
}

function isAboutRenewal({ trigger }: Campaign): boolean {
  return trigger.type === 'date' && trigger.field === 'policy.renewalDate';
}

function plannable({ facts, policies, ...history }: KnownCustomer): PlanCustomer {
  const held = policies.filter((policy) => live.has(policy.facts.status));
  const lines = [...new Set(held.map((policy) => policy.facts.line))];
  const { events, lastContactOn } = history;
  return { facts: { ...facts, policyCount: held.length, lines }, policies, events, lastContactOn };
}

/**
 * The rows of the coming days. The planner is asked as if its next tick came at their end: what that tick would
 * find late or overtaken, ticks on the way will have planned in time.
 */
function plannedRows(campaign: Campaign, customer: PlanCustomer, now: Temporal.Instant): PlannedRow[] {
  return planReference({
    campaign,
    book: [customer],
    watermarks: Object.fromEntries(campaign.steps.map(({ key }) => [key, now])),
    asOf: now.add({ hours: daysAhead * 24 }),
    ledger: new Set(),
    pointOf: (key) => holdoutPoint(createHash('md5').update(key).digest('hex')),
  }).filter(({ dueAt }) => Temporal.Instant.compare(dueAt, now) > 0);
}

function isSame(open: OpenDelivery, campaignKey: string, row: PlannedRow): boolean {
  return (
    open.campaignKey === campaignKey &&
    open.step === row.step &&
    open.subjectId === row.subjectId &&
    open.anchorDate === row.anchorDate
  );
}

function waitingItem(row: OpenDelivery, reason: string | null): Item {
  return {
    campaignKey: row.campaignKey,
    campaignName: row.campaignName,
    step: row.step,
    class: row.class,
    topic: row.topic,
    policyId: row.policyId,
    anchorDate: row.anchorDate,
    dueAt: row.dueAt.toISOString(),
    deliveryId: row.deliveryId,
    wouldSend: reason === null,
    reason,
  };
}

function comingItem(campaign: Campaign, row: PlannedRow, reason: string | null): Item {
  return {
    campaignKey: campaign.key,
    campaignName: campaign.name,
    step: row.step,
    class: campaign.class,
    topic: campaign.topic,
    policyId: row.policyId,
    anchorDate: row.anchorDate,
    dueAt: row.dueAt.toString({ fractionalSecondDigits: 3 }),
    deliveryId: null,
    wouldSend: reason === null,
    reason,
  };
}

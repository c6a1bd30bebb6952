import { Injectable } from '@nestjs/common';
import { deliveryStates, type DeliveryState } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';
import { Clock } from '../../platform/clock/clock.js';
import { ImportsService } from '../book/imports.service.js';
import { DeliveriesService, type SendingStatus } from '../deliveries/deliveries.service.js';
import { TodayRepository, type StuckRows } from './today.repository.js';
import { stuckKinds, type Stuck, type Today } from './today.schemas.js';

const importsShown = 3;
/** An open row this late is not on its way any more but stuck. */
const lateMinutes = 10;
/** With late rows about, a ledger in which nothing has moved for this long has no worker. */
const stillMinutes = 5;
const failuresShownDays = 7;

type States = Record<DeliveryState, number>;

/** What the desk opens with: what runs today, and what is stuck. */
@Injectable()
export class TodayService {
  constructor(
    private readonly repository: TodayRepository,
    private readonly deliveries: DeliveriesService,
    private readonly imports: ImportsService,
    private readonly clock: Clock,
  ) {}

  async getToday(): Promise<Today> {
    const now = this.clock.now();
    const day = dayAround(now);
    const [campaigns, status, rows, lately, waiting, imports] = await Promise.all([
      this.campaignsOf(day.from, day.to),
      this.deliveries.sendingStatus(),
      this.repository.listStuck(
        dateOf(now),
        dateOf(now.subtract({ minutes: lateMinutes })),
        dateOf(now.subtract({ hours: failuresShownDays * 24 })),
      ),
      this.repository.countLately(day.from, day.weekFrom),
      this.repository.countCampaigns(),
      this.imports.latest(importsShown),
    ]);
    const idleSince = status.on && status.reason === null ? await this.findIdleSince(rows, now) : null;
    const states = sumOf(campaigns.map((campaign) => campaign.states));
    return {
      now: now.toString({ fractionalSecondDigits: 3 }),
      timeZone: day.timeZone,
      dayFrom: day.from.toISOString(),
      dayTo: day.to.toISOString(),
      sending: idleSince
        ? { on: true, reason: 'no_worker', since: idleSince.toISOString() }
        : { on: status.on, reason: status.reason, since: status.since?.toISOString() ?? null },
      counts: {
        dueToday: Object.values(states).reduce((total, part) => total + part, 0),
        sentToday: states.sent,
        plannedToday: states.planned + states.sending,
        suppressedToday: states.suppressed,
        bouncedToday: states.bounced,
        failedToday: states.failed,
        expiredToday: states.expired,
        heldOutToday: states.held_out,
        inDoubt: rows
          .filter(({ kind }) => kind === 'in_doubt')
          .reduce((total, { count }) => total + count, 0),
      },
      campaigns,
      stuck: stuckOf(rows, status, idleSince, imports),
      waiting: (
        [
          { kind: 'approvals', count: waiting.approvals },
          { kind: 'paused_campaigns', count: waiting.paused },
          { kind: 'draft_campaigns', count: waiting.draft },
        ] as const
      ).filter(({ count }) => count > 0),
      lastImports: imports.map((each) => ({
        importId: each.importId,
        kind: each.kind,
        fileName: each.fileName,
        dryRun: each.dryRun,
        state: each.state,
        received: each.received,
        created: each.created,
        updated: each.updated,
        unchanged: each.unchanged,
        rejected: each.rejected,
        startedAt: each.startedAt,
        finishedAt: each.finishedAt,
      })),
      optedOut: { today: lately.optedOutToday, week: lately.optedOutWeek },
      complaints: { today: lately.complaintsToday, week: lately.complaintsWeek },
    };
  }

  /** Since when nobody has been working the ledger off; null while somebody is, or has nothing to do. */
  private async findIdleSince(rows: readonly StuckRows[], now: Temporal.Instant): Promise<Date | null> {
    const overdueSince = oldest(rows.filter(({ kind }) => kind === 'overdue'));
    if (overdueSince === null) return null;
    const lastMove = await this.repository.findLastMove(dateOf(now.subtract({ hours: 24 })), dateOf(now));
    const isStill = lastMove === null || lastMove < dateOf(now.subtract({ minutes: stillMinutes }));
    return isStill ? overdueSince : null;
  }

  private async campaignsOf(from: Date, to: Date): Promise<Today['campaigns']> {
    const counts = await this.deliveries.countByCampaign(from, to);
    const campaigns = await this.repository.listCampaigns([
      ...new Set(counts.map(({ campaignId }) => campaignId)),
    ]);
    return campaigns.map(({ campaignId, nextDueAt, ...campaign }) => ({
      ...campaign,
      states: sumOf(
        counts
          .filter((line) => line.campaignId === campaignId)
          .map(({ state, count }) => ({ [state]: count })),
      ),
      nextDueAt: nextDueAt?.toISOString() ?? null,
    }));
  }
}

/** The civil day in the server's own zone, which `TZ` sets: the desk's staff sit where the server's operator does. */
function dayAround(now: Temporal.Instant) {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const start = now.toZonedDateTimeISO(timeZone).startOfDay();
  return {
    timeZone,
    from: dateOf(start.toInstant()),
    to: dateOf(start.add({ days: 1 }).toInstant()),
    weekFrom: dateOf(start.subtract({ days: 6 }).toInstant()),
  };
}

function stuckOf(
  rows: readonly StuckRows[],
  status: SendingStatus,
  idleSince: Date | null,
  imports: readonly {
    state: string;
    importId: string;
    startedAt: string;
    error: { code: string; detail: string } | null;
  }[],
): Stuck[] {
  const nothing = { since: null, reason: null, detail: null, campaignKey: null, importId: null };
  const open = rows.filter(({ kind }) => kind === 'overdue').reduce((total, { count }) => total + count, 0);
  const found: Stuck[] = rows.map((row) => ({ ...row, since: row.since.toISOString(), importId: null }));
  if (status.reason === 'mail_server_down') {
    const since = status.since?.toISOString() ?? null;
    found.push({ ...nothing, kind: 'mail_server_down', count: open, since, detail: status.detail });
  }
  if (idleSince) found.push({ ...nothing, kind: 'no_worker', count: open, since: idleSince.toISOString() });
  for (const { state, importId, startedAt, error } of imports) {
    if (state !== 'failed') continue;
    const told = { reason: error?.code ?? null, detail: error?.detail ?? null };
    found.push({ ...nothing, ...told, kind: 'import_failed', count: 1, since: startedAt, importId });
  }
  return found.sort((a, b) => stuckKinds.indexOf(a.kind) - stuckKinds.indexOf(b.kind) || b.count - a.count);
}

function sumOf(parts: readonly Partial<States>[]): States {
  const total = (state: DeliveryState) => parts.reduce((sum, part) => sum + (part[state] ?? 0), 0);
  return Object.fromEntries(deliveryStates.map((state) => [state, total(state)])) as States;
}

function oldest(rows: readonly StuckRows[]): Date | null {
  return rows.reduce<Date | null>(
    (first, { since }) => (first === null || since < first ? since : first),
    null,
  );
}

function dateOf(instant: Temporal.Instant): Date {
  return new Date(instant.epochMilliseconds);
}

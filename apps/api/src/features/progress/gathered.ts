import { deliveryStates, type DeliveryState } from '@aftercare/domain';
import type { SendingStatus } from '../deliveries/deliveries.service.js';
import type { TransportState } from '../deliveries/transports.service.js';
import type { AllowedDay } from '../rates/rates.types.js';
import { forecastEnd, withinDays, type Portion } from './forecast-end.js';
import { before } from './processes.js';
import type { CampaignProgress } from './progress.schemas.js';
import { historySlots, historySlotSeconds, type Motion, type RowCounts } from './snapshot.service.js';
import {
  heldWaits,
  isOnRow,
  judgeStanding,
  waitOf,
  type Situation,
  type Standing,
  type Wait,
} from './standing.js';
import type { WaitingRows } from './progress.repository.js';
import type { SeenWorker } from './workers.repository.js';

/** All that is known at a moment. */
export interface Gathered extends RowCounts, Motion {
  now: Date;
  status: SendingStatus;
  transports: TransportState[];
  alive: SeenWorker[];
  /** Messages a second that may go; null: no limit. */
  limit: number | null;
  /** What the warm-up lets go today and on the days to come; null where there is none. */
  warmUpDays: AllowedDay[] | null;
}

type Parts = Omit<CampaignProgress, 'now' | 'key'>;
type Sorted = WaitingRows & { wait: Wait };

/** Progress of one campaign, or of all of them. */
export function partsOf(all: Gathered, campaignId: string | null): Parts {
  const situation = situationOf(all, campaignId);
  const { standing, stalledSince, causes } = judgeStanding(situation);
  const sorted = sortedRows(all, campaignId);
  const states = statesOf(all, campaignId);
  const settled = settledOf(all, campaignId, states);
  return {
    standing,
    stalledSince: stalledSince?.toISOString() ?? null,
    movedAt: situation.movedAt?.toISOString() ?? null,
    causes: causes.map(({ since, until, ...cause }) => ({
      ...cause,
      since: since?.toISOString() ?? null,
      until: until?.toISOString() ?? null,
    })),
    rate: {
      last10s: sum(pacesOf(all, campaignId), ({ last10s }) => last10s) / 10,
      lastMinute: situation.perSecond,
      limit: all.limit,
      slotSeconds: historySlotSeconds,
      history: historyOf(all, campaignId),
    },
    dayFrom: all.dayFrom.toISOString(),
    states,
    done: { settled, of: settled + situation.ready + situation.working + situation.putOff + situation.held },
    remaining: {
      ready: situation.ready,
      working: situation.working,
      putOff: situation.putOff,
      held: situation.held,
      oldestDueAt: situation.oldestDueAt?.toISOString() ?? null,
    },
    held: heldOf(all, sorted),
    forecast: forecastOf(all, campaignId, situation, standing),
  };
}

/** What decides how sending stands. */
export function situationOf(all: Gathered, campaignId: string | null): Situation {
  const { now, status } = all;
  const sorted = sortedRows(all, campaignId);
  const released = all.released.filter((rows) => campaignId === null || rows.campaignId === campaignId);
  const paces = pacesOf(all, campaignId);
  const ready = sorted.filter(({ wait }) => wait === 'ready');
  const aliveWith = (role: string) => all.alive.filter(({ roles }) => roles.includes(role)).length;
  const seenWith = (role: string) => {
    const silent = all.workers
      .filter(({ roles }) => roles.includes(role))
      .map(({ silentSeconds }) => silentSeconds);
    return silent.length > 0 ? before(now, Math.min(...silent)) : null;
  };
  return {
    now,
    sendingOff: status.reason === 'configured_off',
    stop: status.reason === 'stopped' ? { at: status.since!, reason: status.detail ?? '' } : null,
    workersAlive: aliveWith('worker'),
    schedulersAlive: aliveWith('scheduler'),
    workerSeenAt: seenWith('worker'),
    schedulerSeenAt: seenWith('scheduler'),
    mailServer:
      status.reason === 'mail_server_down'
        ? {
            since: status.since!,
            until: earliest(all.transports.flatMap(({ retryAt }) => retryAt ?? [])),
            detail: status.detail ?? '',
          }
        : null,
    limit: all.limit,
    // Over the time in which there was anything to count: a run that has just begun is no slower for it.
    perSecond: paces.length > 0 ? sum(paces, ({ lastMinute }) => lastMinute) / minuteOf(paces) : 0,
    planningBehindSeconds: all.planningBehindSeconds,
    ready: sum(ready, ({ count }) => count),
    working: sum(released, ({ count }) => count),
    putOff: sum(sorted, ({ count, wait }) => (wait === 'ready' || heldWaits.includes(wait) ? 0 : count)),
    held: sum(sorted, ({ count, wait }) => (heldWaits.includes(wait) ? count : 0)),
    oldestDueAt: earliest([...ready, ...released].map(({ oldestDueAt }) => oldestDueAt)),
    movedAt:
      paces.length > 0 ? before(now, Math.min(...paces.map(({ movedSecondsAgo }) => movedSecondsAgo))) : null,
  };
}

function sortedRows(all: Gathered, campaignId: string | null): Sorted[] {
  return all.waiting
    .filter((rows) => campaignId === null || rows.campaignId === campaignId)
    .map((rows) => ({
      ...rows,
      wait: waitOf(rows, all.campaigns.find((campaign) => campaign.campaignId === rows.campaignId)?.state),
    }));
}

function pacesOf(all: Gathered, campaignId: string | null) {
  return all.paces.filter((pace) => campaignId === null || pace.campaignId === campaignId);
}

/** The part of the last minute in which there was something, and no less than the ten seconds that a rate needs. */
function minuteOf(paces: Gathered['paces']): number {
  return Math.min(60, Math.max(10, ...paces.map(({ secondsOfMinute }) => secondsOfMinute)));
}

function historyOf(all: Gathered, campaignId: string | null): Parts['rate']['history'] {
  const slots = Array.from({ length: historySlots }, () => ({ sent: 0, missed: 0 }));
  for (const pace of all.history) {
    const slot = campaignId === null || pace.campaignId === campaignId ? slots[pace.slotsAgo] : undefined;
    if (!slot) continue;
    slot.sent += pace.sent / historySlotSeconds;
    slot.missed += pace.missed / historySlotSeconds;
  }
  return slots
    .map((slot, slotsAgo) => ({
      at: before(all.now, (slotsAgo + 1) * historySlotSeconds).toISOString(),
      ...slot,
    }))
    .reverse();
}

function statesOf(all: Gathered, campaignId: string | null): Record<DeliveryState, number> {
  const states = Object.fromEntries(deliveryStates.map((state) => [state, 0])) as Record<
    DeliveryState,
    number
  >;
  for (const { campaignId: of, state, count } of all.day) {
    if (campaignId === null || of === campaignId) states[state] += count;
  }
  return states;
}

/**
 * What fell due today and is settled; or what was settled today, if that is more: then some of it had been due before.
 * The first knows of what the planner has ended as well, the second of the days of catching up.
 */
function settledOf(all: Gathered, campaignId: string | null, states: Record<DeliveryState, number>): number {
  const ofToday = sum(Object.values(states), (rows) => rows) - states.planned - states.sending;
  const today = all.settled.filter((each) => campaignId === null || each.campaignId === campaignId);
  return Math.max(
    ofToday,
    sum(today, ({ count }) => count),
  );
}

/** What waits for more than its turn, campaign by campaign, the most first. */
function heldOf(all: Gathered, sorted: readonly Sorted[]): Parts['held'] {
  const waiting = sorted.filter(({ wait }) => wait !== 'ready');
  const groups = Map.groupBy(waiting, ({ wait, campaignId }) => `${wait} ${campaignId}`);
  return [...groups.values()]
    .map((rows) => {
      const campaign = all.campaigns.find(({ campaignId }) => campaignId === rows[0]!.campaignId);
      const moments = rows.flatMap(({ from }) => from ?? []);
      return {
        why: rows[0]!.wait,
        onRow: isOnRow(rows[0]!.wait),
        campaignKey: campaign?.key ?? '',
        campaignName: campaign?.name ?? '',
        count: sum(rows, ({ count }) => count),
        from: earliest(moments)?.toISOString() ?? null,
        to: moments.length > 0 ? new Date(Math.max(...moments.map(Number))).toISOString() : null,
      };
    })
    .sort((a, b) => b.count - a.count);
}

/** When the last row that can go by itself will have gone. Nobody can tell while nothing goes. */
function forecastOf(
  all: Gathered,
  campaignId: string | null,
  { now, perSecond, limit, ready, working, putOff }: Situation,
  standing: Standing,
): Parts['forecast'] {
  const basis = perSecond > 0 ? 'pace' : limit !== null ? 'limit' : null;
  const isStill = ['off', 'stopped', 'stalled'].includes(standing) || ready + working + putOff === 0;
  if (isStill || basis === null) return { endsAt: null, basis: null };
  const portions = [{ fromMs: now.getTime(), count: working }, ...openPortions(all, campaignId)];
  const endsAt = forecastEnd(portions, basis === 'pace' ? perSecond : limit!, now.getTime());
  // Not within the days that a warm-up is known of.
  if (endsAt === null || endsAt === Infinity) return { endsAt: null, basis: null };
  return { endsAt: new Date(endsAt).toISOString(), basis };
}

/**
 * What no worker has yet and nobody has to let go. The places of a warm-up are for all campaigns together: who has been
 * due for longest has the first. (Rows stand for messages here: few letters carry several, and few rows are no mail.)
 */
function openPortions(all: Gathered, campaignId: string | null): Portion[] {
  const open = sortedRows(all, null)
    .filter(({ wait }) => !heldWaits.includes(wait))
    .sort((a, b) => a.oldestDueAt.getTime() - b.oldestDueAt.getTime())
    .map(({ from, ...rows }) => ({ ...rows, fromMs: (from ?? all.now).getTime() }));
  return (all.warmUpDays ? withinDays(open, placesLeft(all.warmUpDays, all.released)) : open).filter(
    (rows) => campaignId === null || rows.campaignId === campaignId,
  );
}

/** The days of a warm-up without the places that are for what workers have. */
function placesLeft([today, ...days]: AllowedDay[], released: Gathered['released']): AllowedDay[] {
  const taken = sum(released, ({ count }) => count);
  return [{ ...today!, allowed: Math.max(0, today!.allowed - taken) }, ...days];
}

function earliest(moments: readonly Date[]): Date | null {
  return moments.length > 0 ? new Date(Math.min(...moments.map(Number))) : null;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

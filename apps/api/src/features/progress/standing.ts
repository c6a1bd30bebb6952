/** How sending stands, as a whole or for one campaign. */
export const standings = ['off', 'stopped', 'stalled', 'sending', 'waiting', 'held', 'idle'] as const;
export type Standing = (typeof standings)[number];

/** What keeps everything from going, worst first. */
export const causeCodes = [
  'sending_off',
  'stopped',
  'no_worker',
  'no_scheduler',
  'mail_server',
  'planning_behind',
  'rate_limit',
  'workers_silent',
  'not_released',
] as const;
export type CauseCode = (typeof causeCodes)[number];

export interface Cause {
  code: CauseCode;
  since: Date | null;
  until: Date | null;
  detail: string | null;
}

/** What some rows wait for. `ready`: for nothing but their turn. */
export const waits = [
  'ready',
  'paused',
  'not_active',
  'not_approved',
  'quiet_hours',
  'no_contact_day',
  'frequency_cap',
  'warm_up',
  'rate_limited',
  'domain_backoff',
  'temporary_failure',
  'later',
] as const;
export type Wait = (typeof waits)[number];

/** What must change before they go, and somebody has to change it. */
export const heldWaits: readonly Wait[] = ['paused', 'not_active', 'not_approved'];

/** What is noted on the row itself, as its reason, until a time; the others are the campaign's. */
const timedWaits = new Set<string>([
  'quiet_hours',
  'no_contact_day',
  'frequency_cap',
  'warm_up',
  'rate_limited',
  'domain_backoff',
  'temporary_failure',
]);

export function isOnRow(wait: Wait): boolean {
  return timedWaits.has(wait);
}

/** What a group of waiting rows waits for. */
export function waitOf(
  rows: { approved: boolean; reason: string | null; from: Date | null },
  campaignState: string | undefined,
): Wait {
  if (campaignState === 'paused') return 'paused';
  if (campaignState !== 'active') return 'not_active';
  if (!rows.approved) return 'not_approved';
  if (rows.from === null) return 'ready';
  return rows.reason !== null && timedWaits.has(rows.reason) ? (rows.reason as Wait) : 'later';
}

/** What is known when it is asked how sending stands. */
export interface Situation {
  now: Date;
  sendingOff: boolean;
  stop: { at: Date; reason: string } | null;
  workersAlive: number;
  schedulersAlive: number;
  /** When the last process of the role was seen, where none is alive. */
  workerSeenAt: Date | null;
  schedulerSeenAt: Date | null;
  /** Set while no mail server at all takes messages. */
  mailServer: { since: Date; until: Date | null; detail: string } | null;
  /** Messages a second that may go; null: no limit. */
  limit: number | null;
  perSecond: number;
  planningBehindSeconds: number | null;
  ready: number;
  working: number;
  putOff: number;
  held: number;
  /** Since when the oldest of those that are ready or with a worker has been due. */
  oldestDueAt: Date | null;
  movedAt: Date | null;
}

/** With something ready, sending that has not moved for so long has stalled. */
const stallSeconds = 60;

/** A planner ticks every quarter of a minute; later than this it does not come by. */
const behindSeconds = 120;

/** Within so much of it, the limit is what sets the pace. */
const nearLimit = 0.93;

/** How sending stands, why, and since when nothing has moved that should have. */
export function judgeStanding(given: Situation): {
  standing: Standing;
  stalledSince: Date | null;
  causes: Cause[];
} {
  const open = given.ready + given.working;
  const stalledSince = open > 0 ? sinceWhen(given) : null;
  const causes = causesOf(given, stalledSince !== null);
  const standing: Standing = given.sendingOff
    ? 'off'
    : given.stop
      ? 'stopped'
      : stalledSince
        ? 'stalled'
        : open > 0
          ? 'sending'
          : given.putOff > 0
            ? 'waiting'
            : given.held > 0
              ? 'held'
              : 'idle';
  return { standing, stalledSince, causes };
}

/** Since when nothing has moved; null while that is not long enough to be a stall. */
function sinceWhen({ now, oldestDueAt, movedAt, limit }: Situation): Date | null {
  // What has only just fallen due has not been kept waiting by anybody.
  const since = new Date(Math.max(oldestDueAt?.getTime() ?? 0, movedAt?.getTime() ?? 0));
  // At one message in ten minutes, nine without one are no stall.
  const patience = Math.max(stallSeconds, limit ? 3 / limit : 0);
  return now.getTime() - since.getTime() > patience * 1000 ? since : null;
}

function causesOf(given: Situation, stalled: boolean): Cause[] {
  const causes: Cause[] = [];
  const add = (code: CauseCode, more: Partial<Omit<Cause, 'code'>> = {}) =>
    causes.push({ code, since: null, until: null, detail: null, ...more });
  if (given.sendingOff) add('sending_off');
  if (given.stop) add('stopped', { since: given.stop.at, detail: given.stop.reason });
  if (given.workersAlive === 0 && !given.sendingOff) add('no_worker', { since: given.workerSeenAt });
  if (given.schedulersAlive === 0) add('no_scheduler', { since: given.schedulerSeenAt });
  if (given.mailServer) add('mail_server', given.mailServer);
  const behind = given.planningBehindSeconds;
  if (behind !== null && behind > behindSeconds) {
    add('planning_behind', { since: new Date(given.now.getTime() - behind * 1000) });
  }
  if (given.limit !== null && given.perSecond >= nearLimit * given.limit)
    add('rate_limit', { detail: String(given.limit) });
  // Nothing that is known of explains it: then it is said who was to move, and did not.
  if (stalled && causes.length === 0)
    add(given.working > 0 ? 'workers_silent' : 'not_released', { since: given.movedAt });
  return causes;
}

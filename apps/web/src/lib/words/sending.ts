import type { SendingProgress } from '#lib/api/generated/types.gen.ts';
import { show } from '#lib/format/here.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/Pill.svelte';

export type Standing = SendingProgress['standing'];
export type Cause = SendingProgress['causes'][number];
export type Wait = SendingProgress['held'][number]['why'];

const standings: Record<Standing, { name: () => string; tone: Tone }> = {
  off: { name: m.sending_standing_off, tone: 'bad' },
  stopped: { name: m.sending_standing_stopped, tone: 'bad' },
  stalled: { name: m.sending_standing_stalled, tone: 'bad' },
  sending: { name: m.sending_standing_sending, tone: 'good' },
  waiting: { name: m.sending_standing_waiting, tone: 'accent' },
  held: { name: m.sending_standing_held, tone: 'warn' },
  idle: { name: m.sending_standing_idle, tone: 'quiet' },
};
export const standingName = (standing: Standing): string => standings[standing].name();
export const standingTone = (standing: Standing): Tone => standings[standing].tone;

const causes: Record<Cause['code'], (input: { detail: string }) => string> = {
  sending_off: m.sending_cause_sending_off,
  stopped: m.sending_cause_stopped,
  no_worker: m.sending_cause_no_worker,
  no_scheduler: m.sending_cause_no_scheduler,
  mail_server: m.sending_cause_mail_server,
  planning_behind: m.sending_cause_planning_behind,
  rate_limit: m.sending_cause_rate_limit,
  workers_silent: m.sending_cause_workers_silent,
  not_released: m.sending_cause_not_released,
};

/** What keeps letters from going, and what to do about it. */
export function causeText({ code, detail }: Cause): string {
  return causes[code]({ detail: detail ?? '–' });
}

const waits: Record<Wait, () => string> = {
  ready: m.sending_wait_ready,
  paused: m.sending_wait_paused,
  not_active: m.sending_wait_not_active,
  not_approved: m.sending_wait_not_approved,
  quiet_hours: m.sending_wait_quiet_hours,
  no_contact_day: m.sending_wait_no_contact_day,
  frequency_cap: m.sending_wait_frequency_cap,
  warm_up: m.sending_wait_warm_up,
  rate_limited: m.sending_wait_rate_limited,
  domain_backoff: m.sending_wait_domain_backoff,
  temporary_failure: m.sending_wait_temporary_failure,
  later: m.sending_wait_later,
};
export const waitText = (wait: Wait): string => waits[wait]();

/** Between which moments rows may go; null where nobody knows, because somebody has to act first. */
export function waitSpan({ from, to }: { from: string | null; to: string | null }): string | null {
  if (from === null || to === null) return null;
  const [first, last] = [show.moment(from), show.moment(to)];
  return first === last ? m.sending_from({ from: first }) : m.sending_from_to({ from: first, to: last });
}

/** A rate with as many digits as say something. (0.25 → 0.25, 12.34 → 12.3, 1234.5 → 1,235) */
export function rateText(perSecond: number): string {
  const digits = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
  return show.number(Number(perSecond.toFixed(digits)));
}

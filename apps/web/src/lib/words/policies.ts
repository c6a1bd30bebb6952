import Briefcase from '@lucide/svelte/icons/briefcase-business';
import Car from '@lucide/svelte/icons/car';
import HeartPulse from '@lucide/svelte/icons/heart-pulse';
import House from '@lucide/svelte/icons/house';
import Plane from '@lucide/svelte/icons/plane';
import Umbrella from '@lucide/svelte/icons/umbrella';
import type { Line, PaymentMode, PolicyStatus } from '#lib/api/types.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/Pill.svelte';

const lines: Record<Line, () => string> = {
  motor: m.line_motor,
  home: m.line_home,
  life: m.line_life,
  health: m.line_health,
  travel: m.line_travel,
  commercial: m.line_commercial,
};

/** The line of business in a word ('Motor'). */
export const lineName = (line: Line): string => lines[line]();

const insurances: Record<Line, () => string> = {
  motor: m.insurance_motor,
  home: m.insurance_home,
  life: m.insurance_life,
  health: m.insurance_health,
  travel: m.insurance_travel,
  commercial: m.insurance_commercial,
};

/** The same as a customer would say it, and in full ('Motor insurance'). */
export const insuranceName = (line: Line): string => insurances[line]();

export const lineIcons = {
  motor: Car,
  home: House,
  life: Umbrella,
  health: HeartPulse,
  travel: Plane,
  commercial: Briefcase,
} satisfies Record<Line, unknown>;

const statuses: Record<PolicyStatus, { name: () => string; meaning: () => string; tone: Tone }> = {
  in_force: { name: m.status_in_force, meaning: m.status_in_force_meaning, tone: 'good' },
  grace: { name: m.status_grace, meaning: m.status_grace_meaning, tone: 'warn' },
  lapsed: { name: m.status_lapsed, meaning: m.status_lapsed_meaning, tone: 'bad' },
  surrendered: { name: m.status_surrendered, meaning: m.status_surrendered_meaning, tone: 'quiet' },
  cancelled: { name: m.status_cancelled, meaning: m.status_cancelled_meaning, tone: 'quiet' },
  expired: { name: m.status_expired, meaning: m.status_expired_meaning, tone: 'quiet' },
  matured: { name: m.status_matured, meaning: m.status_matured_meaning, tone: 'quiet' },
  claim_death: { name: m.status_claim_death, meaning: m.status_claim_death_meaning, tone: 'quiet' },
};

/** The status in a few words ('In grace period'). */
export const statusName = (status: PolicyStatus): string => statuses[status].name();
/** What the status means for the person insured, in one sentence. */
export const statusMeaning = (status: PolicyStatus): string => statuses[status].meaning();
export const policyStatuses = Object.keys(statuses) as PolicyStatus[];
export const statusTone = (status: PolicyStatus): Tone => statuses[status].tone;

const modes: Record<PaymentMode, () => string> = {
  annual: m.mode_annual,
  semiannual: m.mode_semiannual,
  quarterly: m.mode_quarterly,
  monthly: m.mode_monthly,
};

/** How often is paid ('every month'). */
export const modeName = (mode: PaymentMode): string => modes[mode]();

import type { GateReason } from '@aftercare/domain';
import type { CampaignState, ContactClass, DeliveryState } from '#lib/api/types.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/Pill.svelte';

const states: Record<DeliveryState, { name: () => string; tone: Tone }> = {
  planned: { name: m.state_planned, tone: 'accent' },
  sending: { name: m.state_sending, tone: 'accent' },
  sent: { name: m.state_sent, tone: 'good' },
  bounced: { name: m.state_bounced, tone: 'bad' },
  failed: { name: m.state_failed, tone: 'bad' },
  suppressed: { name: m.state_suppressed, tone: 'quiet' },
  held_out: { name: m.state_held_out, tone: 'quiet' },
  expired: { name: m.state_expired, tone: 'warn' },
  cancelled: { name: m.state_cancelled, tone: 'quiet' },
  in_doubt: { name: m.state_in_doubt, tone: 'warn' },
};

/** In the order of a delivery's life, the way every funnel and filter lists them. */
export const deliveryStates = Object.keys(states) as DeliveryState[];
export const stateName = (state: DeliveryState): string => states[state].name();
export const stateTone = (state: DeliveryState): Tone => states[state].tone;

const classes: Record<ContactClass, () => string> = {
  legal: m.class_legal,
  service: m.class_service,
  marketing: m.class_marketing,
};
export const contactClasses = Object.keys(classes) as ContactClass[];
export const className = (value: ContactClass): string => classes[value]();

const campaignStates: Record<CampaignState, { name: () => string; tone: Tone }> = {
  draft: { name: m.campaign_draft, tone: 'quiet' },
  active: { name: m.campaign_active, tone: 'good' },
  paused: { name: m.campaign_paused, tone: 'warn' },
  stopped: { name: m.campaign_stopped, tone: 'quiet' },
  archived: { name: m.campaign_archived, tone: 'quiet' },
};
export const campaignStateValues = Object.keys(campaignStates) as CampaignState[];
export const campaignStateName = (state: CampaignState): string => campaignStates[state].name();
export const campaignStateTone = (state: CampaignState): Tone => campaignStates[state].tone;

// Typed by the gate's own list, so that a reason it learns cannot be left without words.
const gateReasons: Record<GateReason, () => string> = {
  missed_window: m.reason_missed_window,
  superseded: m.reason_superseded,
  facts_missing: m.reason_facts_missing,
  sending_stopped: m.reason_sending_stopped,
  deceased: m.reason_deceased,
  no_address: m.reason_no_address,
  bad_address: m.reason_bad_address,
  address_suppressed: m.reason_address_suppressed,
  policy_missing: m.reason_policy_missing,
  left_audience: m.reason_left_audience,
  renewed: m.reason_renewed,
  settled: m.reason_settled,
  date_changed: m.reason_date_changed,
  exit_rule: m.reason_exit_rule,
  do_not_renew: m.reason_do_not_renew,
  litigation: m.reason_litigation,
  open_complaint: m.reason_open_complaint,
  vulnerable: m.reason_vulnerable,
  in_touch_with_staff: m.reason_in_touch_with_staff,
  no_consent: m.reason_no_consent,
  unsubscribed: m.reason_unsubscribed,
  quiet_hours: m.reason_quiet_hours,
  no_contact_day: m.reason_no_contact_day,
  frequency_cap: m.reason_frequency_cap,
  place_void: m.reason_place_void,
};

const reasons: Record<string, () => string> = {
  ...gateReasons,
  hard_bounce: m.reason_hard_bounce,
  soft_bounces: m.reason_soft_bounces,
  complaint: m.reason_complaint,
  temporary_failure: m.reason_temporary_failure,
  missing_variable: m.reason_missing_variable,
  invalid_variable: m.reason_invalid_variable,
  unknown_template: m.reason_unknown_template,
  too_large: m.reason_too_large,
  address_refused: m.reason_address_refused,
  message_refused: m.reason_message_refused,
  sender_refused: m.reason_sender_refused,
  server_refused: m.reason_server_refused,
  no_reply: m.reason_no_reply,
  connection_lost: m.reason_no_reply,
  worker_lost: m.reason_worker_lost,
  resent: m.reason_resent,
  not_resent: m.reason_not_resent,
  rate_limited: m.reason_rate_limited,
  domain_backoff: m.reason_domain_backoff,
  warm_up: m.reason_warm_up,
  mail_server_trouble: m.reason_mail_server_trouble,
  blocked: m.reason_blocked,
  mailbox_full: m.reason_mailbox_full,
  undeliverable: m.reason_undeliverable,
};

/** Why a delivery is in its state, in a few words; a code without words of ours is shown readable. */
export function reasonText(reason: string): string {
  return reasons[reason]?.() ?? reason.replaceAll('_', ' ');
}

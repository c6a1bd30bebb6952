import type { OutcomeCounts } from '#lib/api/generated/types.gen.ts';
import { m } from '#lib/paraglide/messages.js';

export type OutcomeKind = OutcomeCounts[number]['kind'];

const words: Record<OutcomeKind, () => string> = {
  paid: m.outcome_paid,
  renewed: m.outcome_renewed,
  rsvp: m.outcome_rsvp,
  offer_used: m.outcome_offer_used,
  check_done: m.outcome_check_done,
  reply: m.outcome_reply,
  portal_visit: m.outcome_portal_visit,
};

/** What somebody did after a letter, in words. */
export const outcomeName = (kind: OutcomeKind): string => words[kind]();

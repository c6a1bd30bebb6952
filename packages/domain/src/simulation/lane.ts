import type { Campaign } from '../campaigns/campaign.js';
import type { Channel } from '../campaigns/step.js';
import type { ContactClass } from '../contact/classes.js';

/** One step of one campaign, or one arm of its experiment: everybody in it gets the same letter under the same limits. */
export interface Lane {
  readonly campaign: string;
  readonly step: string;
  readonly variant: string | null;
  readonly class: ContactClass;
  readonly topic: string;
  readonly channel: Channel;
  readonly priority: number;
  readonly catchUpHours: number;
  /** The campaign hangs on the renewal date. */
  readonly aboutRenewal: boolean;
  /** What goes as one letter. */
  readonly mergeBy: 'customer' | 'address' | null;
  /** Days since the last contact that the step waits for; null where it hangs on something else. */
  readonly silentDays: number | null;
}

/** The lane of a step, its variant's changes already made. */
export function laneOf(
  campaign: Campaign,
  step: Pick<Lane, 'step' | 'variant' | 'channel'> & { offsetDays: number },
): Lane {
  const { trigger } = campaign;
  const field = trigger.type === 'date' ? (trigger.field as string) : null;
  return {
    campaign: campaign.key,
    step: step.step,
    variant: step.variant,
    class: campaign.class,
    topic: campaign.topic,
    channel: step.channel,
    priority: campaign.priority,
    catchUpHours: campaign.catchUpHours,
    aboutRenewal: field === 'policy.renewalDate',
    // What goes to no address is not gathered by address.
    mergeBy:
      campaign.merge?.by === 'address' && step.channel !== 'email' ? null : (campaign.merge?.by ?? null),
    silentDays: field === 'customer.lastContact' ? step.offsetDays : null,
  };
}

/** What the planner says of a row before the gate is asked. */
export type PlannedOutcome = 'planned' | 'held_out' | 'global_holdout' | 'superseded' | 'missed_window';

/** The rows of one lane that fall due at one moment by the clock of one zone, all with the same outcome. */
export interface Batch {
  /** Index of the lane. */
  readonly lane: number;
  readonly zone: string;
  /** In milliseconds since 1970. */
  readonly dueAt: number;
  readonly outcome: PlannedOutcome;
  /** The rows' policies are flagged do-not-renew. */
  readonly doNotRenew: boolean;
  /** Whose rows they are, by number; somebody with several policies stands in it several times. */
  readonly people: Int32Array;
  /** A name for each row, where the walk shall tell of each. */
  readonly rows?: readonly string[];
}

import type { Campaign } from '../campaigns/campaign.js';
import { anywhere } from './packs.js';
import { mayReach } from './reach.js';
import type { Purpose } from './rule-pack.js';

/** What a campaign is for, as far as rules ask; null when no rule asks about it. */
export function purposeOf({ trigger, audience }: Campaign): Purpose | null {
  if (trigger.type !== 'date') return null;
  // As texts: the catalogue of dates grows without rules growing with it.
  const field: string = trigger.field;
  switch (field) {
    case 'policy.renewalDate':
      return mayReach(audience, { jurisdiction: anywhere, doNotRenew: false }) ? 'renewal' : 'non_renewal';
    case 'policy.instalmentDue':
      return 'payment';
    case 'policy.graceStart':
    case 'policy.graceEnd':
      return 'grace';
    case 'policy.startDate':
      return 'welcome';
    case 'policy.coolingOffEnd':
      return 'cooling_off';
    default:
      return null;
  }
}

import {
  dateTriggerFields,
  gateReasons,
  type Campaign,
  type Ending,
  type GateReason,
} from '@aftercare/domain';

/** What a row hangs on: "30 days before the renewal date, 2027-01-05". */
export function because({ trigger }: Campaign, offsetDays: number, anchorDate: string): string {
  const days = Math.abs(offsetDays);
  const distance =
    days === 0 ? 'on' : `${days} ${days === 1 ? 'day' : 'days'} ${offsetDays < 0 ? 'before' : 'after'}`;
  switch (trigger.type) {
    case 'date':
      return `${distance} the ${dateTriggerFields[trigger.field].label}, ${anchorDate}`;
    case 'event':
      return `${distance} what happened on ${anchorDate}: ${trigger.event.replaceAll('_', ' ')}`;
    case 'recurring':
      return `${distance} ${anchorDate}, one of the campaign's regular days`;
    case 'once':
      return `${distance} ${anchorDate}, the campaign's own day`;
  }
}

export interface EndingInWords {
  outcome: 'sent' | 'held_out' | 'suppressed' | 'expired';
  reason: string | null;
  text: string;
}

/** How a row ends, in words for the desk. */
export function inWords(ending: Ending): EndingInWords {
  if (ending === 'sent') return { outcome: 'sent', reason: null, text: 'It goes.' };
  const [outcome, reason = null] = ending.split(':') as [EndingInWords['outcome'], string?];
  if (outcome === 'held_out') {
    const text =
      reason === null
        ? 'Held out of this campaign, to measure what it does.'
        : 'Held out of all marketing, to measure what it does.';
    return { outcome, reason, text };
  }
  return { outcome, reason, text: gateReasons[reason as GateReason] };
}

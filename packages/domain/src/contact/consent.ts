import { Temporal } from 'temporal-polyfill';
import type { ContactClass } from './classes.js';

/** What a customer last said of one topic; the topic `*` is everything marketing. */
export interface TopicConsent {
  readonly topic: string;
  readonly granted: boolean;
  readonly at: Temporal.Instant;
  /** The customer's own choice, rather than what the core system said of it. */
  readonly byCustomer: boolean;
}

/** What stands of a customer's consent: at most one entry a topic. */
export type ConsentState = readonly TopicConsent[];

/** The topic of a consent to marketing as such. */
export const everyTopic = '*';

export type ConsentDecision =
  { readonly allow: true } | { readonly allow: false; readonly reason: 'no_consent' | 'unsubscribed' };

/**
 * Whether a customer's consent lets a message of a class and topic through. Legal notices ask nobody. Service
 * messages go unless their topic was unsubscribed. Marketing needs a standing consent to `*`, and its topic not
 * unsubscribed.
 */
export function mayContact(
  contactClass: ContactClass,
  topic: string,
  consent: ConsentState,
): ConsentDecision {
  if (contactClass === 'legal') return { allow: true };
  if (consent.some((entry) => entry.topic === topic && !entry.granted)) {
    return { allow: false, reason: 'unsubscribed' };
  }
  if (contactClass === 'service') return { allow: true };
  const marketing = consent.find((entry) => entry.topic === everyTopic);
  if (marketing?.granted === true) return { allow: true };
  return { allow: false, reason: marketing?.byCustomer === true ? 'unsubscribed' : 'no_consent' };
}

/**
 * Whether what an import says of the consent to marketing is to be written down. It can always lower consent. It
 * can raise it unless the customer chose for themself: then only with a time strictly after that choice; without
 * a time, never. What stands already is no news.
 *
 * @param current.granted what stands for `*`; null when nothing was ever said.
 * @param current.ownChoiceAt when the customer last chose for themself, whatever came from files since.
 */
export function acceptImportedConsent(
  current: { readonly granted: boolean | null; readonly ownChoiceAt: Temporal.Instant | null },
  imported: { readonly granted: boolean; readonly at: Temporal.Instant | null },
): boolean {
  if (imported.granted === current.granted) return false;
  if (!imported.granted || current.ownChoiceAt === null) return true;
  return imported.at !== null && Temporal.Instant.compare(imported.at, current.ownChoiceAt) > 0;
}

import type { EventType } from '@aftercare/domain';
import type { Temporal } from 'temporal-polyfill';

/** Something that happened to a customer while Aftercare was looking. */
export interface HappenedEvent {
  type: EventType;
  customerId: string;
  /** The policy it is about; null when it is about none in particular. */
  policyId: string | null;
  at: Temporal.Instant;
  data: Readonly<Record<string, unknown>> | null;
  /** What tells this event from every other: the same given again is the same event. Left out, each call is one. */
  eventId?: string;
}

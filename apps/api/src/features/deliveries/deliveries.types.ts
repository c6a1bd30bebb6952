import type { ContactClass } from '@aftercare/domain';
import type { MessageDictionary } from './messages.repository.js';

/** Where a row of the ledger is. The anchor date is the partition it lies in, so it goes wherever the id goes. */
export interface DeliveryKey {
  deliveryId: string;
  anchorDate: string;
}

/** What dispatch must know of a row to settle it. */
export interface DispatchRow extends DeliveryKey {
  class: ContactClass;
  /** Hand-overs that a mail server has put off so far. */
  attempts: number;
  /** An earlier hand-over may have arrived: nobody knows. */
  doubted: boolean;
}

/** A row's next state, written only while the row is still `from`, under the claim of the attempt that writes it. */
export interface Change extends DeliveryKey {
  claim: string;
  from: 'planned' | 'sending';
  to: 'planned' | 'sent' | 'bounced' | 'failed' | 'suppressed' | 'expired' | 'in_doubt';
  reason: string | null;
  smtpReply: string | null;
  /** A mail server has said yes or no to the message: this settles a doubt as well. */
  isEvidence: boolean;
  /** The message was accepted just now. */
  accepted: boolean;
  /** The row becomes doubtful just now. */
  doubted: boolean;
  addAttempts: 0 | 1;
  /** Seconds until the next attempt, for a row that goes back to `planned` because of a mail server. */
  retryAfter: number | null;
  /** When a row that the contact gate has put off may go; not from now on, for a run may judge at another time. */
  until: Date | null;
  /** The customer's civil day that it was put off to. */
  contactOn: string | null;
  /** The address that mail must not go to any more. */
  suppress: string | null;
  /** The address that the row ends on without being dead, its mailbox being full for instance: a few in a row count. */
  soft: string | null;
}

/** A row whose message is about to be handed over: it becomes `sending` and the bytes are kept, or neither. */
export interface Mark extends DeliveryKey {
  claim: string;
  recipient: string;
  messageId: string;
  /** The row whose letter carries this one as well; null where it is a letter of its own. */
  mergedInto: string | null;
  subject: string;
  /** The bytes; rows of one letter share them. */
  raw: Buffer;
  /** What they are kept with; null: nothing. */
  dictionary: MessageDictionary | null;
}

/**
 * Classes whose message is handed over once more when the first hand-over is in doubt: of a statutory notice or
 * a word about the customer's own policy, two are better than none. Of marketing, none is better than two.
 */
export const resentClasses: readonly ContactClass[] = ['legal', 'service'];

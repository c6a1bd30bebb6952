import type { Campaign } from '@aftercare/domain';
import type { NextMessage, OutgoingMessage, SendOutcome } from '@aftercare/notifications';
import type { PacingService } from '../rates/pacing.service.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { Change, Mark } from './deliveries.types.js';
import type { FactsRepository } from './facts.repository.js';
import type { Journal } from './journal.js';
import type { Mailer } from './mailer.js';
import type { MessageComposer } from './message-composer.js';
import type { SendingTallyService } from './sending-tally.service.js';
import type { Slots } from './slots.js';

/** What a run works with; shared by all runs of a process. */
export interface RunTools {
  facts: FactsRepository;
  composer: MessageComposer;
  journal: Journal;
  mailer: Pick<Mailer, 'offers8bit'> & {
    send: (message: OutgoingMessage, next: NextMessage) => Promise<SendOutcome>;
    withdraw: (message: OutgoingMessage) => void;
  };
  pacing: PacingService;
  slots: Slots;
  tally: SendingTallyService;
  campaignOf: (row: ClaimedRow) => Promise<Campaign>;
  /** The mail server has answered a message, one way or the other. */
  onAnswer: () => void;
}

/** What the lanes of a run share. */
export interface LetterRun {
  /** Whether nothing more is to be begun. */
  readonly halted: boolean;
  readonly stop: AbortSignal;
  /** Writes to the ledger, and counts what it has taken; returns how many rows are marked. */
  write(changes: readonly Change[], marks?: readonly Mark[]): Promise<number>;
  /** Learns from an outcome whether the next message would meet the same. */
  heed(outcome: SendOutcome): void;
  /** Ends the run for want of the ledger. */
  fail(error: unknown): void;
}

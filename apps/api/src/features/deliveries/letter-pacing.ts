import type { SendOutcome } from '@aftercare/notifications';
import { countReply } from '../../platform/observability/metrics.js';
import type { Held, PacingService } from '../rates/pacing.service.js';
import { classOf, isServerTrouble } from './settle.js';

/** The turn that a message got; null where nobody has to have one. */
export type Turn = Awaited<ReturnType<PacingService['turn']>> | null;

/** What one run knows of its letters' turns. */
export class LetterPacing {
  /** Letters that have had their domain's turn, or why there is none for them. */
  private readonly turns = new WeakMap<object, Held | 'had'>();

  constructor(private readonly pacing: PacingService) {}

  /** A turn for the next letter, whichever it is. */
  async turn(stop: AbortSignal): Promise<Turn> {
    return this.pacing.isLimited ? this.pacing.turn(stop) : null;
  }

  /** No message came of a turn. */
  giveBack(turn: Turn): void {
    if (turn === 'taken') this.pacing.giveBack();
  }

  /** Whether a letter has to wait for its domain first, while others go. */
  mustWait(letter: object, recipient: string): boolean {
    return this.pacing.isSlow(recipient) && !this.turns.has(letter);
  }

  /** Waits for a letter's turn with its domain, or finds that there is none soon. */
  async wait(letter: object, recipient: string, stop: AbortSignal): Promise<void> {
    this.turns.set(letter, (await this.pacing.domainTurn(recipient, stop)) ?? 'had');
  }

  /** What keeps a letter from going now, though the contact gate may let it. */
  heldBack(letter: object, recipient: string, turn: Turn): Held | null {
    if (turn !== null && typeof turn === 'object') return turn;
    const ofDomain = this.turns.get(letter);
    const held = typeof ofDomain === 'object' ? ofDomain : this.pacing.held(recipient);
    // Who has one of the day's places goes, though it was the last.
    return turn === 'taken' && held?.reason === 'warm_up' ? null : held;
  }

  /** What came of a message says something of its domain, and of how we are seen there. */
  async learn(outcome: SendOutcome, recipient: string): Promise<void> {
    if (outcome.kind === 'accepted') return this.pacing.accepted(recipient);
    if (outcome.kind === 'not_sent' || isServerTrouble(outcome)) this.pacing.returnPlace();
    if (outcome.kind !== 'refused') return;
    const given = classOf(outcome);
    countReply(given.kind, given.permanent, 'smtp');
    // Before a recipient is named nothing is said of one.
    if (outcome.stage === 'mail') return;
    await this.pacing.refused(recipient, given, { code: outcome.code, text: outcome.reply });
  }
}

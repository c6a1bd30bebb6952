import { Injectable, Logger } from '@nestjs/common';
import { classifyReply } from '@aftercare/notifications';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { AddressHealthRepository, type Refusal } from './address-health.repository.js';
import { isSoft } from './evidence.types.js';

/** What mail servers say of addresses while messages are handed over. */
@Injectable()
export class AddressHealthService {
  private readonly logger = new Logger('Inbound');

  constructor(
    private readonly transactions: Transactions,
    private readonly repository: AddressHealthRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Counts messages that the mail server refused for good for a reason that lies with their address. Beside the ledger,
   * which has the refusal already: a count that is lost with a crash costs one more message, so this never throws.
   */
  noteSoft(bounces: readonly { address: string; deliveryId: string; reply: string | null }[]): Promise<void> {
    return this.count(async (tx) => {
      const ids = bounces.map(({ deliveryId }) => deliveryId);
      const leaders = await this.repository.leaders(tx, ids);
      return bounces.map(({ address, deliveryId, reply }) => ({
        ...{ address, letterId: leaders.get(deliveryId) ?? deliveryId, reply: reply ?? '' },
      }));
    });
  }

  /** Counts messages that the mail server put off until their time was over, where its last word was about the address. */
  noteGivenUp(rows: readonly { deliveryId: string; anchorDate: string }[]): Promise<void> {
    return this.count(async (tx) =>
      (await this.repository.lastReplies(tx, rows)).filter(({ reply }) => isAboutAddress(reply)),
    );
  }

  private async count(find: (tx: Tx) => Promise<readonly Refusal[]>): Promise<void> {
    const sentAt = new Date(this.clock.now().epochMilliseconds);
    try {
      await this.transactions.run(async (tx) => {
        // Rows of one letter come together, and are one message; two letters to one address are two.
        const letters = new Map((await find(tx)).map((refusal) => [refusal.letterId, refusal]));
        // By address, so that two processes at once do not wait for each other.
        const sorted = [...letters.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
        for (const { address, letterId, reply } of sorted) {
          await this.repository.count(tx, { address, deliveryId: letterId, sentAt, saidBy: 'smtp' }, reply);
        }
      });
    } catch (error) {
      this.logger.warn(`Soft bounces were not counted: ${String(error)}`);
    }
  }
}

function order({ address, letterId }: Refusal): string {
  return `${address.toLowerCase()} ${letterId}`;
}

/** What is kept of a reply begins with its code; what does not is about a connection. */
function isAboutAddress(reply: string): boolean {
  const said = /^([45]\d\d)[ -](?:([45]\.\d{1,3}\.\d{1,3}) )?/.exec(reply);
  if (!said) return false;
  return isSoft(
    classifyReply({ code: Number(said[1]), status: said[2] ?? null, text: reply, stage: 'rcpt' }).kind,
  );
}

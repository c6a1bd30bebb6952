import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { AddressHealthRepository } from './address-health.repository.js';

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
  async noteSoft(
    bounces: readonly { address: string; deliveryId: string; reply: string | null }[],
  ): Promise<void> {
    const sentAt = new Date(this.clock.now().epochMilliseconds);
    try {
      await this.transactions.run(async (tx) => {
        for (const { address, deliveryId, reply } of bounces) {
          const bounce = { address, deliveryId, sentAt, saidBy: 'smtp' } as const;
          await this.repository.count(tx, bounce, reply ?? '');
        }
      });
    } catch (error) {
      this.logger.warn(`Soft bounces were not counted: ${String(error)}`);
    }
  }
}

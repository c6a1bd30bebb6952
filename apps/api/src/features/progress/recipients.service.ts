import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { DeliveryState } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Transactions } from '../../platform/database/transactions.js';
import { notFound, ProblemError } from '../../platform/http/problem.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { csvLine } from './csv.js';
import { RecipientsRepository, type Recipient } from './recipients.repository.js';

/** Each holds a connection for as long as its reader takes. */
const mostAtOnce = 3;

const head = [
  ...[
    'delivery_id',
    'step',
    'variant',
    'channel',
    'class',
    'customer_id',
    'name',
    'policy_id',
    'anchor_date',
  ],
  ...['address', 'state', 'reason', 'explanation', 'smtp_reply', 'report', 'attempts', 'due_at', 'sent_at'],
  ...['state_at', 'next_attempt_at', 'message_id'],
];

/** The list of a campaign's people: who got it, who did not, why, and what the mail server said, at once or later. */
@Injectable()
export class RecipientsService {
  private running = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly repository: RecipientsRepository,
    private readonly deliveries: DeliveriesService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Hands the list, as CSV of one moment, to `send`, which reads it as fast as it can write; a million rows take no
   * more memory than one. That somebody has taken personal data out is in the audit log before the first row is.
   *
   * @param states only rows in these; empty: all
   * @throws ProblemError `not_found`; `busy` while others are at it
   */
  async export(
    key: string,
    states: readonly DeliveryState[],
    actor: string,
    send: (csv: Readable) => Promise<void>,
  ): Promise<void> {
    if (this.running >= mostAtOnce) {
      throw new ProblemError(
        'busy',
        503,
        'Several lists are being written already. Try again in a minute.',
        [],
        60,
      );
    }
    this.running += 1;
    try {
      const campaignId = await this.transactions.run(async (tx) => {
        const found = await this.repository.findCampaignId(tx, key);
        if (found === null) throw notFound('campaign');
        await this.audit.record(tx, {
          ...{
            actor,
            action: 'recipients.exported',
            subject: `campaign:${key}`,
            detail: { states: [...states] },
          },
        });
        return found;
      });
      await this.transactions.run((tx) =>
        send(Readable.from(this.lines(this.repository.pages(tx, campaignId, states)))),
      );
    } finally {
      this.running -= 1;
    }
  }

  private async *lines(pages: AsyncIterable<Recipient[]>): AsyncGenerator<string> {
    // The mark at the beginning tells spreadsheets that it is UTF-8.
    yield `\uFEFF${csvLine(head)}`;
    for await (const page of pages) yield page.map((row) => this.line(row)).join('');
  }

  private line(row: Recipient): string {
    const name = [row.givenName, row.familyName].filter(Boolean).join(' ');
    return csvLine([
      ...[row.deliveryId, row.step, row.variant, row.channel, row.class, row.customerId, name, row.policyId],
      ...[row.anchorDate, row.recipient, row.state, row.reason, this.deliveries.words(row), row.smtpReply],
      ...[row.report, row.attempts, row.dueAt, row.sentAt, row.stateAt, row.nextAttemptAt, row.messageId],
    ]);
  }
}

import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import type { Campaign } from '@aftercare/domain';
import {
  buildMessage,
  renderMessage,
  type OutgoingMessage,
  type TemplateName,
} from '@aftercare/notifications';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { LinksService } from '../consents/links.service.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { Mark } from './deliveries.types.js';
import type { RowFacts } from './facts.repository.js';
import { templateData } from './template-data.js';

/** A message ready to be handed over, and what the ledger keeps of it. */
export interface Composed {
  message: OutgoingMessage;
  mark: Mark;
}

/** Makes the message of a row. */
@Injectable()
export class MessageComposer {
  private readonly brand;
  private readonly sender;
  private breath: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly links: LinksService,
    private readonly clock: Clock,
  ) {
    this.sender = senderOf(config.mailFrom);
    this.brand = brandOf(config, this.sender);
  }

  /**
   * @param day the customer's zone and civil date
   * @throws TemplateError naming what the template misses
   * @throws AddressError when the customer's address cannot be written to
   */
  async compose(
    row: ClaimedRow,
    campaign: Campaign,
    facts: RowFacts,
    day: { zone: string; today: string },
  ): Promise<Composed> {
    // Making a message is work of milliseconds: between two of them sockets are served, or all lanes would stand still.
    await (this.breath = this.breath.then(() => breathe()));
    const { customer } = facts;
    const { deliveryId, anchorDate, claim } = row;
    const stopUrl =
      row.class === 'legal'
        ? null
        : this.links.unsubscribeUrl({ customerId: customer.id, topic: row.topic, deliveryId });
    const rendered = await renderMessage({
      // An unknown name is refused by the renderer, which says so.
      template: row.template as TemplateName,
      locale: customer.locale ?? 'en',
      data: templateData(row, campaign, facts, day.today, this.config.publicUrl),
      brand: this.brand,
      today: day.today,
      timeZone: day.zone,
      preferencesUrl: stopUrl,
      unsubscribeUrl: stopUrl,
    });
    // Always the same one: should the message go twice, mail programs show it once.
    const messageId = `<${deliveryId}@${this.sender.address.slice(this.sender.address.lastIndexOf('@') + 1)}>`;
    const message = await buildMessage({
      from: this.sender,
      to: { name: fullName(customer), address: customer.email ?? '' },
      subject: rendered.subject,
      html: rendered.html,
      text: rendered.text,
      locale: rendered.locale,
      messageId,
      deliveryId,
      class: row.class,
      topic: row.topic,
      campaign: campaign.key,
      ...(stopUrl === null ? {} : { unsubscribe: { url: stopUrl } }),
      returnPath: this.sender.address,
      date: new Date(this.clock.now().epochMilliseconds),
    });
    return {
      message,
      mark: {
        deliveryId,
        anchorDate,
        claim,
        recipient: message.envelope.to,
        messageId,
        mergedInto: null,
        subject: rendered.subject,
        // At this size the thread pool costs more than it takes off the main thread.
        rawZstd: zstdCompressSync(message.raw, { pledgedSrcSize: message.raw.length }),
        sha256: createHash('sha256').update(message.raw).digest('hex'),
      },
    };
  }
}

import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { zstdCompressSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import {
  buildMessage,
  renderMessage,
  type OutgoingMessage,
  type RenderInput,
  type RenderedMessage,
  type TemplateName,
} from '@aftercare/notifications';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { LinksService } from '../consents/links.service.js';
import { TrackedLinksService } from '../tracking/tracked-links.service.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { Mark } from './deliveries.types.js';
import type { AllowedRow } from './judge.js';
import { mergedData, templateData } from './template-data.js';

/** A message ready to be handed over, the rows that it carries, and what the ledger keeps of each. */
export interface Composed {
  message: OutgoingMessage;
  rows: ClaimedRow[];
  marks: Mark[];
}

/** Makes what rows send: letters, and the words of notices. */
@Injectable()
export class MessageComposer {
  private readonly brand;
  private readonly sender;
  private breath: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: Config,
    private readonly links: LinksService,
    private readonly tracked: TrackedLinksService,
    private readonly clock: Clock,
  ) {
    this.sender = senderOf(config.mailFrom);
    this.brand = brandOf(config, this.sender);
  }

  /**
   * One letter for all of these rows, whose reader is the same. The first of them leads: the letter is in its reader's
   * language, bears its id, and what bounces comes back to it.
   *
   * @throws TemplateError naming what the template misses
   * @throws AddressError when the customer's address cannot be written to
   */
  async compose(letter: readonly AllowedRow[]): Promise<Composed> {
    const { row: leader, campaign, facts } = letter[0]!;
    const { customer } = facts;
    const { deliveryId } = leader;
    const stopUrl =
      leader.class === 'legal'
        ? null
        : this.links.unsubscribeUrl({ customerId: customer.id, topic: leader.topic, deliveryId });
    const rendered = await this.render(letter, stopUrl, {
      trackLink: campaign.tracking.clicks ? this.tracked.clicks(leader) : undefined,
      openPixelUrl: campaign.tracking.opens ? this.tracked.openPixel(leader) : null,
    });
    const names = new Set(letter.map((each) => fullName(each.facts.customer)));
    const message = await buildMessage({
      from: this.sender,
      to: { name: [...names].filter(Boolean).join(', ') || null, address: customer.email ?? '' },
      subject: rendered.subject,
      html: rendered.html,
      text: rendered.text,
      locale: rendered.locale,
      messageId: this.messageIdOf(leader),
      deliveryId,
      carries: letter.slice(1).map(({ row }) => row.deliveryId),
      class: leader.class,
      topic: leader.topic,
      campaign: campaign.key,
      ...(stopUrl === null ? {} : { unsubscribe: { url: stopUrl } }),
      returnPath: this.sender.address,
      date: new Date(this.clock.now().epochMilliseconds),
    });
    const kept = {
      recipient: message.envelope.to,
      messageId: this.messageIdOf(leader),
      subject: rendered.subject,
      // At this size the thread pool costs more than it takes off the main thread.
      rawZstd: zstdCompressSync(message.raw, { pledgedSrcSize: message.raw.length }),
      sha256: createHash('sha256').update(message.raw).digest('hex'),
    };
    const rows = letter.map(({ row }) => row);
    const marks = rows.map(({ deliveryId: id, anchorDate, claim }) => ({
      ...{ deliveryId: id, anchorDate, claim, ...kept },
      mergedInto: id === deliveryId ? null : deliveryId,
    }));
    return { message, rows, marks };
  }

  /**
   * What a row shows on the member's own pages, where nobody needs a way out.
   * @throws TemplateError naming what the template misses
   */
  notice(row: AllowedRow): Promise<RenderedMessage> {
    return this.render([row], null, {});
  }

  private async render(
    letter: readonly AllowedRow[],
    stopUrl: string | null,
    tracking: Pick<RenderInput, 'trackLink' | 'openPixelUrl'>,
  ): Promise<RenderedMessage> {
    // Making a message is work of milliseconds: between two of them sockets are served, or all lanes would stand still.
    await (this.breath = this.breath.then(() => breathe()));
    const { row, campaign, facts, day } = letter[0]!;
    const { publicUrl } = this.config;
    const [template, data] =
      letter.length > 1 && campaign.merge
        ? [campaign.merge.template, mergedData(letter, publicUrl)]
        : [row.template, templateData(row, campaign, facts, day.today, publicUrl)];
    return renderMessage({
      // An unknown name is refused by the renderer, which says so.
      template: template as TemplateName,
      locale: facts.customer.locale ?? 'en',
      data,
      brand: this.brand,
      today: day.today,
      timeZone: day.zone,
      preferencesUrl: stopUrl,
      unsubscribeUrl: stopUrl,
      ...tracking,
    });
  }

  /** Always the same one: should the message go twice, mail programs show it once. */
  private messageIdOf({ deliveryId, doubted, messageId }: ClaimedRow): string {
    if (doubted && messageId !== null) return messageId;
    return `<${deliveryId}@${this.sender.address.slice(this.sender.address.lastIndexOf('@') + 1)}>`;
  }
}

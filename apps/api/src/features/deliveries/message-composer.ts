import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Campaign } from '@aftercare/domain';
import {
  buildMessage,
  getTemplate,
  renderMessage,
  type BuiltMessage,
  type Locale,
  type MessageInput,
  type OutgoingMessage,
  type RenderInput,
  type RenderedMessage,
  type TemplateName,
} from '@aftercare/notifications';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { returnPathKey, returnPathOf } from '../../platform/mail/verp.js';
import { LinksService } from '../consents/links.service.js';
import { TrackedLinksService } from '../tracking/tracked-links.service.js';
import type { ClaimedRow } from './chunk.repository.js';
import type { Mark } from './deliveries.types.js';
import type { AllowedRow } from './judge.js';
import { MessageDictionaries } from './message-dictionaries.service.js';
import type { MessageDictionary } from './messages.repository.js';
import { contentOf, mergedData, templateData } from './template-data.js';

/** A message ready to be handed over, the rows that it carries, and what the ledger keeps of each. */
export interface Composed {
  message: OutgoingMessage;
  rows: ClaimedRow[];
  marks: Mark[];
}

/** So long messages are made in one turn of the event loop. */
const turnMs = 2;

/** The delivery of a letter that goes to nobody. */
const noDelivery = '00000000-0000-7000-8000-000000000000';

/** Makes what rows send: letters, and the words of notices. */
@Injectable()
export class MessageComposer {
  private readonly brand;
  private readonly sender;
  private readonly returnPathKey;
  private turn: { begun: number; next: Promise<void> | null } = { begun: 0, next: null };

  constructor(
    private readonly config: Config,
    private readonly links: LinksService,
    private readonly tracked: TrackedLinksService,
    private readonly dictionaries: MessageDictionaries,
    private readonly clock: Clock,
  ) {
    this.sender = senderOf(config.mailFrom);
    this.brand = brandOf(config, this.sender);
    this.returnPathKey = returnPathKey(config.secret);
  }

  /**
   * One letter for all of these rows, whose reader is the same. The first of them leads: the letter is in its reader's
   * language, bears its id, and what bounces comes back to it.
   *
   * @param eightBit whether the mail server takes it as it is written
   * @throws TemplateError naming what the template misses
   * @throws AddressError when the customer's address cannot be written to
   */
  async compose(letter: readonly AllowedRow[], eightBit: boolean): Promise<Composed> {
    const { row: leader, campaign, facts } = letter[0]!;
    const { customer } = facts;
    const { deliveryId } = leader;
    const messageId = this.messageIdOf(leader);
    const stopUrl = this.stopUrlOf(leader, customer.id);
    const rendered = await this.render(letter, stopUrl, this.trackingOf(leader, campaign));
    const message = this.build(leader, campaign, rendered, stopUrl, {
      to: { name: namesOf(letter), address: customer.email ?? '' },
      messageId,
      carries: letter.slice(1).map(({ row }) => row.deliveryId),
      eightBit,
    });
    const kept = {
      recipient: message.envelope.to,
      messageId,
      subject: rendered.subject,
      raw: message.raw,
      dictionary: await this.dictionaryOf(letter, rendered.locale, eightBit),
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

  private build(
    row: Pick<ClaimedRow, 'deliveryId' | 'class' | 'topic'>,
    campaign: Campaign,
    { subject, html, text, locale }: RenderedMessage,
    stopUrl: string | null,
    given: Pick<MessageInput, 'to' | 'messageId' | 'carries' | 'eightBit'>,
  ): BuiltMessage {
    const { deliveryId, class: contactClass, topic } = row;
    return buildMessage({
      ...given,
      ...{ from: this.sender, subject, html, text, locale },
      ...{ deliveryId, class: contactClass, topic, campaign: campaign.key },
      ...(stopUrl === null ? {} : { unsubscribe: { url: stopUrl } }),
      returnPath: returnPathOf(this.config.mailReturnPath, deliveryId, this.returnPathKey),
      date: this.clock.date(),
    });
  }

  /** What the letters of a campaign's step have in common in a language: the same letter, to nobody. */
  private dictionaryOf(
    letter: readonly AllowedRow[],
    locale: Locale,
    eightBit: boolean,
  ): Promise<MessageDictionary | null> {
    const { row, campaign } = letter[0]!;
    const isMerged = letter.length > 1 && campaign.merge !== null;
    const name = (isMerged ? campaign.merge!.template : row.template) as TemplateName;
    const { campaignId, campaignVersion, step, variant } = row;
    const kind = [campaignId, campaignVersion, step, variant, name, locale, eightBit ? '8bit' : ''].join(' ');
    return this.dictionaries.of(kind, async () => {
      const nobody = { ...row, deliveryId: noDelivery, doubted: false };
      const { data, today } = getTemplate(name).samples[locale][0]!;
      const stopUrl = this.stopUrlOf(nobody, 'nobody');
      const rendered = await renderMessage({
        ...{ template: name, locale, brand: this.brand, today, timeZone: 'UTC' },
        data: { ...data, ...contentOf(row, campaign, locale, this.config.publicUrl) },
        ...{ preferencesUrl: stopUrl, unsubscribeUrl: stopUrl },
        ...this.trackingOf(nobody, campaign),
      });
      return this.build(nobody, campaign, rendered, stopUrl, {
        to: { name: 'Nobody', address: `nobody@${domainOf(this.sender.address)}` },
        messageId: this.messageIdOf(nobody),
        eightBit,
      }).raw;
    });
  }

  private stopUrlOf(
    { class: contactClass, topic, deliveryId }: Pick<ClaimedRow, 'class' | 'topic' | 'deliveryId'>,
    customerId: string,
  ): string | null {
    return contactClass === 'legal' ? null : this.links.unsubscribeUrl({ customerId, topic, deliveryId });
  }

  private trackingOf(
    row: ClaimedRow,
    { tracking }: Campaign,
  ): Pick<RenderInput, 'trackLink' | 'openPixelUrl'> {
    return {
      trackLink: tracking.clicks ? this.tracked.clicks(row) : undefined,
      openPixelUrl: tracking.opens ? this.tracked.openPixel(row) : null,
    };
  }

  private async render(
    letter: readonly AllowedRow[],
    stopUrl: string | null,
    tracking: Pick<RenderInput, 'trackLink' | 'openPixelUrl'>,
  ): Promise<RenderedMessage> {
    await this.breathe();
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

  /** All lanes make their messages on one thread: after so long the sockets are served, or everything else stands still. */
  private async breathe(): Promise<void> {
    const { turn } = this;
    while (performance.now() - turn.begun > turnMs) {
      turn.next ??= nextTurn().then(() => {
        turn.begun = performance.now();
        turn.next = null;
      });
      await turn.next;
    }
  }

  /** Always the same one: should the message go twice, mail programs show it once. */
  private messageIdOf({ deliveryId, doubted, messageId }: ClaimedRow): string {
    if (doubted && messageId !== null) return messageId;
    return `<${deliveryId}@${domainOf(this.sender.address)}>`;
  }
}

/** Everybody that a letter is for, each once. */
function namesOf(letter: readonly AllowedRow[]): string | null {
  const [only, ...others] = letter;
  if (others.length === 0) return fullName(only!.facts.customer);
  const names = new Set(letter.map(({ facts }) => fullName(facts.customer)));
  return [...names].filter(Boolean).join(', ') || null;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

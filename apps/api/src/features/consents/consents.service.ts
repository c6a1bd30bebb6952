import { everyTopic } from '@aftercare/domain';
import { Injectable } from '@nestjs/common';
import { maskedEmail, maskedName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { ConsentsRepository } from './consents.repository.js';
import type { LinkPreferences } from './consents.schemas.js';
import type { ChoiceSource, ConsentEvent, PreferenceChange, Preferences } from './consents.types.js';
import { LinksService, type UnsubscribeLink } from './links.service.js';

const historyLength = 50;

/** What customers have said they want to hear of, and how they say it. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly repository: ConsentsRepository,
    private readonly links: LinksService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** The choices as they are, for the customer to see and change. */
  getPreferences(customerId: string): Promise<Preferences> {
    return this.preferences(customerId, null);
  }

  /**
   * Notes a signed-in customer's choice.
   * @throws ProblemError `unknown_topic` when nobody writes about the topic.
   */
  async setPreference(customerId: string, change: PreferenceChange): Promise<Preferences> {
    await this.choose(customerId, change, 'portal', null);
    return this.preferences(customerId, null);
  }

  /** What the page behind a link shows. Changes nothing. @throws ProblemError `link_invalid`. */
  async getLinkPreferences(token: string): Promise<LinkPreferences> {
    const link = this.openLink(token);
    const customer = await this.repository.findCustomer(link.customerId);
    if (!customer) throw invalidLink();
    const preferences = await this.preferences(link.customerId, link.topic);
    const about = preferences.topics.find(({ topic }) => topic === link.topic);
    return {
      ...preferences,
      maskedName: maskedName(customer),
      maskedEmail: customer.email ? maskedEmail(customer.email) : '***',
      locale: customer.locale,
      topic: about?.topic ?? null,
      class: about?.class ?? null,
    };
  }

  /**
   * Notes a choice made on the page behind a link: a withdrawal, or its undoing.
   * @throws ProblemError `link_invalid`, `unknown_topic`.
   */
  async setLinkPreference(token: string, change: PreferenceChange): Promise<LinkPreferences> {
    const link = await this.openLinkOfCustomer(token);
    await this.choose(link.customerId, change, 'preference_link', link);
    return this.getLinkPreferences(token);
  }

  /**
   * One-click unsubscribe: withdraws the link's own topic and nothing else.
   * @throws ProblemError `link_invalid`.
   */
  async unsubscribe(token: string): Promise<void> {
    const link = await this.openLinkOfCustomer(token);
    await this.record(link.customerId, { topic: link.topic, granted: false }, 'one_click', link.deliveryId);
  }

  /** Notes, in the caller's transaction, that these customers have said no to everything marketing. */
  async withdrawMarketing(
    tx: Tx,
    from: readonly { customerId: string; deliveryId: string | null }[],
    source: 'complaint',
  ): Promise<void> {
    const at = new Date(this.clock.now().epochMilliseconds);
    for (const { customerId, deliveryId } of from) {
      await this.repository.recordChoice(tx, {
        customerId,
        deliveryId,
        topic: everyTopic,
        granted: false,
        source,
        at,
      });
    }
  }

  /** The last lines of the consent history, newest first. */
  listHistory(customerId: string): Promise<ConsentEvent[]> {
    return this.repository.listHistory(customerId, historyLength);
  }

  private async choose(
    customerId: string,
    change: PreferenceChange,
    source: ChoiceSource,
    link: UnsubscribeLink | null,
  ): Promise<void> {
    // Anyone with a link could otherwise fill the table with topics of their own.
    const topics = await this.repository.listTopics(customerId, link?.topic ?? null);
    if (change.topic !== everyTopic && !topics.some(({ topic }) => topic === change.topic)) {
      throw new ProblemError('unknown_topic', 400, 'There is nothing to choose under this topic.');
    }
    await this.record(customerId, change, source, link?.deliveryId ?? null);
  }

  private async record(
    customerId: string,
    change: PreferenceChange,
    source: ChoiceSource,
    deliveryId: string | null,
  ): Promise<void> {
    const at = new Date(this.clock.now().epochMilliseconds);
    await this.transactions.run((tx) =>
      this.repository.recordChoice(tx, { customerId, ...change, source, deliveryId, at }),
    );
  }

  private async preferences(customerId: string, linkTopic: string | null): Promise<Preferences> {
    const [marketing, topics] = await Promise.all([
      this.repository.findMarketing(customerId),
      this.repository.listTopics(customerId, linkTopic),
    ]);
    return {
      marketing: {
        granted: marketing?.granted ?? false,
        at: marketing?.at.toISOString() ?? null,
        source: marketing?.source ?? null,
      },
      topics: topics.map((topic) => ({ ...topic, at: topic.at?.toISOString() ?? null })),
    };
  }

  private openLink(token: string): UnsubscribeLink {
    const link = this.links.verifyUnsubscribe(token);
    if (!link) throw invalidLink();
    return link;
  }

  /** A customer may have been erased since the letter went out. */
  private async openLinkOfCustomer(token: string): Promise<UnsubscribeLink> {
    const link = this.openLink(token);
    if (!(await this.repository.findCustomer(link.customerId))) throw invalidLink();
    return link;
  }
}

function invalidLink(): ProblemError {
  return new ProblemError('link_invalid', 404, 'This link is not complete. Open it again from the message.');
}

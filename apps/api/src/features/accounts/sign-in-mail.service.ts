import { randomUUID } from 'node:crypto';
import { contactGate, isTimeZone } from '@aftercare/domain';
import { buildMessage, renderMessage, SmtpPool } from '@aftercare/notifications';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { MailServer } from '../../platform/mail/mail-server.js';
import { SignInLinksRepository, type AddressOwner } from './sign-in-links.repository.js';
import { linkMinutes, SignInLinksService, type NewLink } from './sign-in-links.service.js';

/** More people than this do not share a mailbox. */
const ownersAtMost = 10;

/** Writes to an address with one link for each customer it belongs to. */
@Injectable()
export class SignInMailService implements OnApplicationShutdown {
  private readonly logger = new Logger('SignInMail');
  private pool: SmtpPool | null = null;

  constructor(
    private readonly links: SignInLinksService,
    private readonly repository: SignInLinksRepository,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly mailServer: MailServer,
  ) {}

  /**
   * Sends the mail, if the address belongs to anybody.
   * @throws Error when the mail server could not take it now, so that it is tried again.
   */
  async send(email: string, returnTo: string | null): Promise<void> {
    if (!this.config.sending) {
      this.logger.warn('A sign-in link was asked for, and nothing is sent while AFTERCARE_SENDING is off.');
      return;
    }
    const owners = await this.repository.listOwners(email, ownersAtMost);
    const admitted = owners.filter((owner) => this.mayWriteTo(owner));
    if (admitted.length === 0) return;
    const links = await this.links.create(admitted, returnTo);
    const outcome = await this.transport().send(await this.compose(links));
    if (outcome.kind === 'not_sent' || (outcome.kind === 'refused' && !outcome.permanent)) {
      throw new Error(`The mail server did not take a sign-in link: ${outcome.kind}`);
    }
    if (outcome.kind === 'refused') this.logger.warn(`A sign-in link was refused with ${outcome.code}.`);
    else await this.links.markSent(links);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.close();
  }

  /**
   * The contact gate. The customer asked for this very message a moment ago: like a legal notice it goes
   * whatever was unsubscribed, and to an address that has refused other mail.
   */
  private mayWriteTo({ address, isDeceased }: AddressOwner): boolean {
    const now = this.clock.now();
    const decision = contactGate(
      {
        ...{ class: 'legal', topic: 'sign-in', expiresAt: now.add({ minutes: linkMinutes }) },
        ...{ isDeceased, address, addressSuppressed: false, hasOpenComplaint: false, consent: [] },
        ...{ policyFound: true, inAudience: true, renewed: false, settled: false, dateChanged: false },
        ...{ exitRuleMet: false, doNotRenew: false, aboutRenewal: false, superseded: false },
      },
      now,
    );
    return decision.allow;
  }

  private async compose(links: readonly NewLink[]) {
    const { address, locale, timeZone: zone } = links[0]!.owner;
    const now = this.clock.now();
    const timeZone = zone !== null && isTimeZone(zone) ? zone : 'UTC';
    const from = senderOf(this.config.mailFrom);
    const words = await renderMessage({
      template: 'sign-in-link',
      locale: locale ?? 'en',
      data: {
        links: links.map(({ owner, url }) => ({ name: fullName(owner) ?? owner.customerId, url })),
        minutes: linkMinutes,
      },
      brand: brandOf(this.config, from),
      today: now.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
      timeZone,
      preferencesUrl: null,
      unsubscribeUrl: null,
    });
    const domain = from.address.slice(from.address.indexOf('@') + 1);
    return buildMessage({
      ...words,
      ...{ from, to: { name: null, address }, messageId: `${randomUUID()}@${domain}` },
      ...{ class: 'account', topic: 'sign-in', campaign: 'sign-in', returnPath: from.address },
      date: new Date(now.epochMilliseconds),
    });
  }

  private transport(): SmtpPool {
    this.pool ??= new SmtpPool({ url: this.mailServer.url, connections: 2 });
    return this.pool;
  }
}

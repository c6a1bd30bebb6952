import { randomUUID } from 'node:crypto';
import { contactGate, isTimeZone } from '@aftercare/domain';
import { buildMessage, renderMessage, SmtpPool, type SendOutcome } from '@aftercare/notifications';
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

/** Writes to an address: a message for each customer it belongs to, with that customer's own link. */
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
   * Sends what the address is owed: nothing, if it belongs to nobody.
   * @throws Error when the mail server could take none of it now, so that it is tried again.
   */
  async send(email: string, returnTo: string | null): Promise<void> {
    if (!this.config.sending) {
      this.logger.warn('A sign-in link was asked for, and nothing is sent while AFTERCARE_SENDING is off.');
      return;
    }
    const owners = await this.repository.listOwners(email, ownersAtMost);
    const links = await this.links.create(
      owners.filter((owner) => this.mayWriteTo(owner)),
      returnTo,
    );
    const outcomes = await Promise.all(
      links.map(async (link) => ({ link, outcome: await this.deliver(link) })),
    );
    const sent = outcomes.filter(({ outcome }) => outcome.kind === 'accepted' || outcome.kind === 'in_doubt');
    await this.links.markSent(sent.map(({ link }) => link));
    const putOff = outcomes.find(
      ({ outcome }) => outcome.kind === 'not_sent' || (outcome.kind === 'refused' && !outcome.permanent),
    );
    // Once one of a family has theirs, trying again would write to that one twice.
    if (putOff && sent.length === 0) throw new Error(`A sign-in link was not taken: ${putOff.outcome.kind}`);
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
        ...{
          class: 'legal',
          topic: 'sign-in',
          channel: 'email',
          expiresAt: now.add({ minutes: linkMinutes }),
        },
        ...{ isDeceased, address, addressSuppressed: false, hasOpenComplaint: false, consent: [] },
        // A stop of all sending is of what we have to say; this is what somebody waits for.
        ...{ sendingStopped: false, isVulnerable: false, inLitigation: false, inTouchWithStaff: false },
        ...{ timing: null, place: null },
        ...{ policyFound: true, inAudience: true, renewed: false, settled: false, dateChanged: false },
        ...{ exitRuleMet: false, doNotRenew: false, aboutRenewal: false, superseded: false },
      },
      now,
    );
    return decision.allow;
  }

  private async deliver({ owner, url, expiresAt }: NewLink): Promise<SendOutcome> {
    const now = this.clock.now();
    const timeZone = owner.timeZone !== null && isTimeZone(owner.timeZone) ? owner.timeZone : 'UTC';
    const from = senderOf(this.config.mailFrom);
    const words = await renderMessage({
      template: 'sign-in-link',
      locale: owner.locale ?? 'en',
      data: {
        customer: { givenName: owner.givenName || null, familyName: owner.familyName || null },
        signInUrl: url,
        minutes: linkMinutes,
        expiresAt: expiresAt.toISOString(),
      },
      brand: brandOf(this.config, from),
      today: now.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
      timeZone,
      preferencesUrl: null,
      unsubscribeUrl: null,
    });
    const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
    const message = buildMessage({
      ...words,
      ...{ from, to: { name: fullName(owner), address: owner.address } },
      ...{ messageId: `${randomUUID()}@${domain}`, date: new Date(now.epochMilliseconds) },
      ...{ class: 'account', topic: 'sign-in', campaign: 'sign-in', returnPath: from.address },
    });
    return this.transport().send(message);
  }

  private transport(): SmtpPool {
    this.pool ??= new SmtpPool({ url: this.mailServer.url, connections: 2 });
    return this.pool;
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { anyHour, contactGate, gateReasons, type Campaign, type Step } from '@aftercare/domain';
import { buildMessage, renderMessage, type TemplateName } from '@aftercare/notifications';
import { AuditService } from '../../platform/audit/audit.service.js';
import type { StaffUser } from '../../platform/auth/access.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { Transactions } from '../../platform/database/transactions.js';
import { notFound, ProblemError } from '../../platform/http/problem.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { LetterSamplesService, sampleDay } from './letter-samples.service.js';
import { Mailer } from './mailer.js';
import { SendingStopService } from './sending-stop.service.js';
import { TestSendRepository } from './test-send.repository.js';
import type { TestSend, TestSent } from './test-send.schemas.js';

/** Letters of a campaign to whoever works on it, as a made-up customer would get them. */
@Injectable()
export class TestSendService {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly transactions: Transactions,
    private readonly repository: TestSendRepository,
    private readonly samples: LetterSamplesService,
    private readonly sending: SendingStopService,
    private readonly mailer: Mailer,
    private readonly audit: AuditService,
  ) {}

  /**
   * Sends one letter to the employee's own address, through the same gate as every other message. It is in the audit
   * log and in no ledger: it counts as nobody's contact.
   *
   * @throws ProblemError `not_found`, `not_a_letter`, `not_sent`
   */
  async send(key: string, asked: TestSend, to: StaffUser): Promise<TestSent> {
    const found = await this.repository.findVersion(key, asked.version ?? null);
    if (!found) throw notFound('campaign version');
    const { version, definition } = found;
    const step = letterOf(definition, asked);
    await this.askGate(definition, to.email);
    const { message, subject, messageId } = await this.compose(definition, step, asked, to);
    const detail = { version, step: step.key, variant: asked.variant ?? null, to: to.email, messageId };
    // Before it goes: a message of which nobody knows is worse than a record of one that did not arrive.
    await this.transactions.run((tx) =>
      this.audit.record(tx, { actor: to.userId, action: 'campaign.test_sent', subject: key, detail }),
    );
    const outcome = await this.mailer.send(message);
    if (outcome.kind !== 'accepted') {
      throw notSent(outcome.kind === 'refused' ? outcome.reply : outcome.detail);
    }
    return { to: to.email, version, step: step.key, subject, messageId };
  }

  private async askGate({ class: contactClass, topic }: Campaign, address: string): Promise<void> {
    if (!this.config.sending) throw notSent('AFTERCARE_SENDING is off.');
    const now = this.clock.now();
    const expiresAt = now.add({ hours: 1 });
    const decision = contactGate(
      {
        ...{ class: contactClass, topic, channel: 'email', address, expiresAt },
        sendingStopped: (await this.sending.find()) !== null,
        addressSuppressed: await this.repository.isSuppressed(address, contactClass),
        // Whoever gets it asked for it a moment ago, and is no customer.
        consent: [{ topic: '*', granted: true, at: now, byCustomer: true }],
        timing: { zone: 'UTC', hours: anyHour, closedDays: new Set(), dueAt: now, expiresAt },
        place: { cap: { contacts: 0, days: 1 }, day: '', address, personDays: [], addressDays: [] },
        ...{ isDeceased: false, isVulnerable: false, inLitigation: false, inTouchWithStaff: false },
        ...{ hasOpenComplaint: false, policyFound: true, inAudience: true, renewed: false, settled: false },
        ...{
          dateChanged: false,
          exitRuleMet: false,
          doNotRenew: false,
          aboutRenewal: false,
          superseded: false,
        },
      },
      now,
    );
    if (!decision.allow) throw notSent(gateReasons[decision.reason]);
  }

  private async compose(campaign: Campaign, step: Step, { variant, locale, line }: TestSend, to: StaffUser) {
    const template = step.variants.find(({ key }) => key === variant)?.template ?? step.template;
    const letter = { step: step.key, variant: variant ?? null, template };
    const from = senderOf(this.config.mailFrom);
    const stopUrl = campaign.class === 'legal' ? null : `${this.config.publicUrl}/preferences`;
    const words = await renderMessage({
      template: template as TemplateName,
      locale,
      data: this.samples.data(campaign, letter, { locale, line }),
      brand: brandOf(this.config, from),
      today: sampleDay,
      timeZone: 'UTC',
      preferencesUrl: stopUrl,
      unsubscribeUrl: stopUrl,
    });
    const messageId = `<test-${randomUUID()}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`;
    const subject = `[Test] ${words.subject}`;
    const message = buildMessage({
      ...words,
      ...{ from, to: { name: to.name, address: to.email }, subject, messageId },
      // To an employee, whom no customer's list is about.
      ...{ class: 'account', topic: campaign.topic, campaign: campaign.key, returnPath: from.address },
      date: new Date(this.clock.now().epochMilliseconds),
    });
    return { message, subject, messageId };
  }
}

/** The step that was asked for, or the first that is a letter. */
function letterOf({ steps }: Campaign, { step: key, variant }: TestSend): Step {
  const step = steps.find((each) => (key === undefined ? each.channel === 'email' : each.key === key));
  if (!step) throw notFound('step that is a letter');
  if (step.channel !== 'email')
    throw new ProblemError('not_a_letter', 422, `The step ${step.key} is no letter.`);
  if (variant !== undefined && !step.variants.some((each) => each.key === variant)) throw notFound('variant');
  return step;
}

function notSent(why: string): ProblemError {
  return new ProblemError('not_sent', 409, `The test was not sent. ${why}`);
}

import { Injectable } from '@nestjs/common';
import type { ReplyKind } from '@aftercare/notifications';
import { Config } from '../../platform/config/config.js';
import { ProblemError } from '../../platform/http/problem.js';
import { idsIn, type Evidence } from './evidence.types.js';
import { isAmazonSns, isCertificateUrl, isSignedBySns } from './sns-signature.js';
import * as read from './webhook.types.js';
import type { WebhookProvider, WebhookRequest } from './webhook.types.js';

/** What is asked of Amazon over the network. */
@Injectable()
export class AmazonClient {
  /** @throws when it is not there or refuses */
  async text(url: string): Promise<string> {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    if (!response.ok) throw new Error(`Amazon answered ${response.status}.`);
    return (await response.text()).slice(0, 20_000);
  }
}

const subTypes: Record<string, ReplyKind> = {
  General: 'address_dead',
  NoEmail: 'address_dead',
  Suppressed: 'address_dead',
  OnAccountSuppressionList: 'address_dead',
  MailboxFull: 'mailbox_full',
  MessageTooLarge: 'content',
  ContentRejected: 'content',
  AttachmentRejected: 'content',
};

/** Certificates change a few times a year. */
const certificatesAtMost = 10;

/** Amazon SES by way of an SNS topic: notifications and published events, signed with a certificate of Amazon's. */
@Injectable()
export class SesWebhook implements WebhookProvider {
  readonly name = 'ses';
  private readonly topics: ReadonlySet<string>;
  private readonly certificates = new Map<string, Promise<string>>();

  constructor(
    config: Config,
    private readonly amazon: AmazonClient,
  ) {
    this.topics = new Set(config.webhooks.sesTopicArns);
  }

  get isConfigured(): boolean {
    return this.topics.size > 0;
  }

  async read({ body, now }: WebhookRequest): Promise<Evidence[]> {
    const message = read.objectOf(read.parseJson(body));
    // What is in question is known before anything is fetched.
    const url = String(message['SigningCertURL'] ?? message['SigningCertUrl'] ?? '');
    if (!this.topics.has(String(message['TopicArn'])) || !isCertificateUrl(url)) throw read.badSignature();
    if (!isSignedBySns(message, await this.certificate(url), now)) throw read.badSignature();
    read.refuseOld(read.timeOf(message['Timestamp'], new Date(NaN)), now);
    if (message['Type'] === 'SubscriptionConfirmation') await this.confirm(String(message['SubscribeURL']));
    if (message['Type'] !== 'Notification') return [];
    const event = read.objectOf(read.parseJson(String(message['Message'])));
    return evidenceOf(event, String(message['MessageId']), now);
  }

  private certificate(url: string): Promise<string> {
    const known = this.certificates.get(url);
    if (known) return known;
    if (this.certificates.size >= certificatesAtMost) this.certificates.clear();
    const fetched = this.amazon.text(url).catch(() => {
      this.certificates.delete(url);
      throw new ProblemError(
        'no_certificate',
        503,
        "Amazon's certificate cannot be read at present.",
        [],
        60,
      );
    });
    this.certificates.set(url, fetched);
    return fetched;
  }

  /** The topic is ours by its name and the request is Amazon's by its signature: so this is what we asked for. */
  private async confirm(url: string): Promise<void> {
    if (!isAmazonSns(url)) throw read.badSignature();
    await this.amazon.text(url);
  }
}

function evidenceOf(event: read.Json, messageId: string, now: Date): Evidence[] {
  const mail = read.objectOf(event['mail']);
  const headers = read.listOf(mail['headers']).map(read.objectOf);
  const named = (name: string) =>
    headers.flatMap((field) =>
      read.textOf(field['name'])?.toLowerCase() === name ? (read.textOf(field['value']) ?? []) : [],
    );
  const common = read.textOf(read.objectOf(mail['commonHeaders'])['messageId']);
  const deliveryIds = idsIn({
    deliveryIds: named('x-aftercare-delivery'),
    messageIds: [...named('message-id'), ...(common === null ? [] : [common])],
  });
  const type = read.textOf(event['notificationType']) ?? read.textOf(event['eventType']) ?? '';
  const part = read.objectOf(event[type.charAt(0).toLowerCase() + type.slice(1)]);
  const id = read.textOf(part['feedbackId']) ?? messageId;
  const about = (recipient: read.Json | string, index: number) => ({
    deliveryIds,
    address: typeof recipient === 'string' ? recipient : read.textOf(recipient['emailAddress']),
    at: read.timeOf(part['timestamp'], now),
    ...{ status: null, verdict: null, excerpt: null, externalId: `${id}:${index}`, trust: 'signed' as const },
  });
  const recipients = (name: string) => read.listOf(part[name]).map(read.objectOf);

  switch (type) {
    case 'Bounce':
      return recipients('bouncedRecipients').map((recipient, index) => ({
        ...about(recipient, index),
        ...bounce(part, recipient),
      }));
    case 'Complaint': {
      // A reader who takes it back, and a complaint of old that SES only remembers, are no complaints.
      const isNone =
        part['complaintFeedbackType'] === 'not-spam' || read.textOf(part['complaintSubType']) !== null;
      const kind = isNone ? 'unclear' : 'complaint';
      return recipients('complainedRecipients').map((recipient, index) => ({
        ...about(recipient, index),
        kind,
      }));
    }
    case 'DeliveryDelay':
      return recipients('delayedRecipients').map((recipient, index) => ({
        ...about(recipient, index),
        ...read.failure('delayed', { status: recipient['status'], diagnostic: recipient['diagnosticCode'] }),
      }));
    case 'Delivery': {
      const excerpt = read.textOf(part['smtpResponse']);
      return read.listOf(part['recipients']).map((recipient, index) => {
        return { ...about(String(recipient), index), kind: 'delivered', excerpt };
      });
    }
    default:
      return [];
  }
}

function bounce(
  part: read.Json,
  recipient: read.Json,
): Pick<Evidence, 'kind' | 'status' | 'verdict' | 'excerpt'> {
  const { status, diagnosticCode: diagnostic } = recipient;
  // SES calls answers of machines, that it cannot read, transient bounces without a report.
  const isUnread = part['bounceType'] === 'Transient' && !read.textOf(status) && !read.textOf(diagnostic);
  const subType = read.textOf(part['bounceSubType']) ?? '';
  if (isUnread && subTypes[subType] !== 'mailbox_full') {
    return { kind: 'unclear', status: null, verdict: null, excerpt: subType };
  }
  const isGone = part['bounceType'] === 'Permanent' || subTypes[subType] !== 'address_dead';
  return read.failure('failed', { status, diagnostic, otherwise: isGone ? subTypes[subType] : undefined });
}

import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ReplyKind } from '@aftercare/notifications';
import { Config } from '../../platform/config/config.js';
import { idsIn, type Evidence } from './evidence.types.js';
import * as read from './webhook.types.js';
import type { WebhookProvider, WebhookRequest } from './webhook.types.js';

const classifications: Record<string, ReplyKind> = {
  'invalid address': 'address_dead',
  reputation: 'blocked',
  content: 'content',
  technical: 'temporary',
  'frequency or volume too high': 'rate_limited',
};

/** Why SendGrid itself did not even try. */
const drops: Record<string, ReplyKind> = { 'bounced address': 'address_dead', invalid: 'address_dead' };

/** Twilio SendGrid's signed event webhook: ECDSA over the time and the body, several events in one body. */
@Injectable()
export class SendgridWebhook implements WebhookProvider {
  readonly name = 'sendgrid';
  private readonly key: KeyObject | null;

  constructor(config: Config) {
    const { sendgridKey } = config.webhooks;
    this.key =
      sendgridKey === undefined
        ? null
        : createPublicKey({ key: Buffer.from(sendgridKey, 'base64'), format: 'der', type: 'spki' });
  }

  get isConfigured(): boolean {
    return this.key !== null;
  }

  async read({ body, headers, now }: WebhookRequest): Promise<Evidence[]> {
    const signature = String(headers['x-twilio-email-event-webhook-signature'] ?? '');
    const timestamp = String(headers['x-twilio-email-event-webhook-timestamp'] ?? '');
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    if (!verify('sha256', signed, this.key!, Buffer.from(signature, 'base64'))) throw read.badSignature();
    read.refuseOld(read.timeOf(Number(timestamp), new Date(NaN)), now);
    return read.listOf(read.parseJson(body)).flatMap((event) => evidenceOf(read.objectOf(event), now) ?? []);
  }
}

function evidenceOf(event: read.Json, now: Date): Evidence | null {
  const externalId = read.textOf(event['sg_event_id']);
  if (externalId === null) return null;
  const base = {
    deliveryIds: idsIn({ deliveryIds: [], messageIds: [read.textOf(event['smtp-id']) ?? ''] }),
    address: read.textOf(event['email']),
    at: read.timeOf(event['timestamp'], now),
    ...{ status: null, verdict: null, excerpt: null, externalId, trust: 'signed' as const },
  };
  const reason = read.textOf(event['reason']) ?? read.textOf(event['response']);
  const status = event['status'];
  switch (event['event']) {
    case 'delivered':
      return { ...base, kind: 'delivered', excerpt: reason };
    case 'deferred':
      return { ...base, ...read.failure('delayed', { status, diagnostic: reason }) };
    case 'bounce': {
      const otherwise = classifications[read.textOf(event['bounce_classification'])?.toLowerCase() ?? ''];
      const failed = read.failure('failed', { status, diagnostic: reason, otherwise });
      // "Blocked" is SendGrid's word for a refusal that is not about the mailbox as such.
      const isBlock = event['type'] === 'blocked' && failed.verdict?.kind === 'address_dead';
      return { ...base, ...failed, ...(isBlock ? { verdict: { kind: 'other', permanent: true } } : {}) };
    }
    case 'dropped': {
      const kind = drops[reason?.toLowerCase() ?? ''] ?? 'blocked';
      return { ...base, kind: 'bounced', excerpt: reason, verdict: { kind, permanent: true } };
    }
    case 'spamreport':
      return { ...base, kind: 'complaint', excerpt: reason };
    default:
      return null;
  }
}

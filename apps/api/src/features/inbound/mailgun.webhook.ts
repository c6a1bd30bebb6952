import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ReplyKind } from '@aftercare/notifications';
import { Config } from '../../platform/config/config.js';
import { idsIn, type Evidence } from './evidence.types.js';
import * as read from './webhook.types.js';
import type { WebhookProvider, WebhookRequest } from './webhook.types.js';

/** Why Mailgun itself did not even try, or gave up. */
const reasons: Record<string, ReplyKind> = {
  'suppress-bounce': 'address_dead',
  'suppress-complaint': 'blocked',
  'suppress-unsubscribe': 'blocked',
  espblock: 'blocked',
  old: 'temporary',
};

/** Mailgun's webhooks: an HMAC over a time and a token, one event in a body. */
@Injectable()
export class MailgunWebhook implements WebhookProvider {
  readonly name = 'mailgun';
  private readonly key: string | undefined;

  constructor(config: Config) {
    this.key = config.webhooks.mailgunKey;
  }

  get isConfigured(): boolean {
    return this.key !== undefined;
  }

  async read({ body, now }: WebhookRequest): Promise<Evidence[]> {
    const posted = read.objectOf(read.parseJson(body));
    const { timestamp, token, signature } = read.objectOf(posted['signature']);
    const time = read.textOf(timestamp) ?? '';
    const once = read.textOf(token) ?? '';
    const expected = createHmac('sha256', this.key!)
      .update(time + once)
      .digest('hex');
    if (once === '' || !read.isSame(read.textOf(signature) ?? '', expected)) throw read.badSignature();
    read.refuseOld(read.timeOf(Number(time), new Date(NaN)), now);
    // The signature does not cover the event: so a token acts once, whatever comes with it.
    const evidence = evidenceOf(read.objectOf(posted['event-data']), now, once);
    return evidence ? [evidence] : [];
  }
}

function evidenceOf(event: read.Json, now: Date, externalId: string): Evidence | null {
  const headers = read.objectOf(read.objectOf(event['message'])['headers']);
  const base = {
    deliveryIds: idsIn({ deliveryIds: [], messageIds: [read.textOf(headers['message-id']) ?? ''] }),
    address: read.textOf(event['recipient']),
    at: read.timeOf(event['timestamp'], now),
    ...{ status: null, verdict: null, excerpt: null, externalId, trust: 'signed' as const },
  };
  switch (event['event']) {
    case 'delivered':
      return { ...base, kind: 'delivered' };
    case 'complained':
      return { ...base, kind: 'complaint' };
    case 'failed': {
      const said = read.objectOf(event['delivery-status']);
      const words = read.textOf(said['message']) ?? read.textOf(said['description']) ?? '';
      const code = /^[45]\d\d$/.exec(read.textOf(said['code']) ?? '')?.[0];
      // Mailgun repeats the code in the words, or it does not.
      const diagnostic = code === undefined || words.startsWith(code) ? words : `${code} ${words}`;
      const otherwise = reasons[read.textOf(event['reason']) ?? ''];
      const action = event['severity'] === 'temporary' ? 'delayed' : 'failed';
      return { ...base, ...read.failure(action, { status: said['enhanced-code'], diagnostic, otherwise }) };
    }
    default:
      return null;
  }
}

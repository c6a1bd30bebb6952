import { Injectable } from '@nestjs/common';
import type { ReplyKind } from '@aftercare/notifications';
import { Config } from '../../platform/config/config.js';
import { idsIn, type Evidence } from './evidence.types.js';
import * as read from './webhook.types.js';
import type { WebhookProvider, WebhookRequest } from './webhook.types.js';

/** Postmark's kinds of bounce that mean that the message was not delivered, and what they are about. */
const failures: Record<string, ReplyKind> = {
  HardBounce: 'address_dead',
  BadEmailAddress: 'address_dead',
  SoftBounce: 'other',
  DnsError: 'temporary',
  Blocked: 'blocked',
  SpamNotification: 'blocked',
  DMARCPolicy: 'sender',
  VirusNotification: 'content',
  Unknown: 'other',
};

const answers = new Set(['AutoResponder', 'AddressChange', 'ChallengeVerification', 'OpenRelayTest']);

/** The metadata field that names the delivery, where the sender's mail server adds `X-PM-Metadata-aftercare-delivery`. */
const metadataField = 'aftercare-delivery';

/** Postmark's webhooks: known by the user and password in their address, one event in a body. */
@Injectable()
export class PostmarkWebhook implements WebhookProvider {
  readonly name = 'postmark';
  private readonly login: string | undefined;

  constructor(config: Config) {
    this.login = config.webhooks.postmarkLogin;
  }

  get isConfigured(): boolean {
    return this.login !== undefined;
  }

  async read({ body, headers, now }: WebhookRequest): Promise<Evidence[]> {
    const given = /^Basic +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!read.isSame(Buffer.from(given, 'base64').toString(), this.login!)) throw read.badSignature();
    const evidence = evidenceOf(read.objectOf(read.parseJson(body)), now);
    return evidence ? [evidence] : [];
  }
}

function evidenceOf(event: read.Json, now: Date): Evidence | null {
  const record = read.textOf(event['RecordType']);
  const type = read.textOf(event['Type']) ?? '';
  const id = read.textOf(event['ID']) ?? read.textOf(event['MessageID']);
  if (record === null || id === null) return null;
  const base = {
    deliveryIds: idsOf(event),
    address: read.textOf(event['Email']) ?? read.textOf(event['Recipient']),
    at: read.timeOf(event['BouncedAt'] ?? event['DeliveredAt'], now),
    ...{ status: null, verdict: null, excerpt: read.textOf(event['Details']) },
    externalId: `${record}:${id}`,
    trust: 'signed' as const,
  };
  if (record === 'Delivery') return { ...base, kind: 'delivered' };
  if (record === 'SpamComplaint' || type === 'SpamComplaint') return { ...base, kind: 'complaint' };
  if (record !== 'Bounce') return null;
  if (answers.has(type)) return { ...base, kind: 'auto_reply' };
  if (type === 'Transient')
    return { ...base, ...read.failure('delayed', { status: null, diagnostic: base.excerpt }) };
  const otherwise = failures[type];
  if (otherwise === undefined) return { ...base, kind: 'unclear' };
  return { ...base, ...read.failure('failed', { status: null, diagnostic: base.excerpt, otherwise }) };
}

/** Postmark gives messages ids of its own: ours stand in the metadata, or in the bounce itself, when it is sent along. */
function idsOf(event: read.Json): string[] {
  const metadata = read.textOf(read.objectOf(event['Metadata'])[metadataField]);
  const content = read.textOf(event['Content'])?.slice(0, 200_000) ?? '';
  const lines = [...content.matchAll(/^[> \t]*(x-aftercare-delivery|message-id):[ \t]*(\S{1,300})/gim)];
  const named = (name: string) =>
    lines.flatMap(([, field, value]) => (field!.toLowerCase() === name ? [value!] : []));
  return idsIn({
    deliveryIds: [...(metadata === null ? [] : [metadata]), ...named('x-aftercare-delivery')],
    messageIds: named('message-id'),
  });
}

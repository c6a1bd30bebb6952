import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { AmazonClient } from '../../src/features/inbound/ses.webhook.js';
import { testApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { insertDelivery, insertSmallBook } from '../support/small-book.js';
import { certificate, privateKey } from '../support/sns-certificate.js';

/** Requests as the providers make them; people and domains are invented. */
export interface Posted {
  body: string;
  headers: Record<string, string>;
}

export const topic = 'arn:aws:sns:eu-central-1:123456789012:harbour-mail';
export const certificateUrl =
  'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';

/** A message of Amazon's notification service, signed as it signs. */
export function sns(message: string, change: Record<string, string> = {}, version: '1' | '2' = '2'): Posted {
  const fields: Record<string, string> = {
    Type: 'Notification',
    MessageId: 'b0a8b7d2-0000-4000-8000-000000000001',
    TopicArn: topic,
    Message: message,
    Timestamp: '2031-05-06T09:29:00.000Z',
    ...change,
  };
  const names =
    fields['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = names.flatMap((name) => (name in fields ? [name, fields[name]!] : [])).join('\n') + '\n';
  const signature = sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(signed), privateKey).toString(
    'base64',
  );
  return {
    body: JSON.stringify({
      ...fields,
      SignatureVersion: version,
      Signature: signature,
      SigningCertURL: certificateUrl,
      UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
    }),
    headers: { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': fields['Type']! },
  };
}

/** What SES says of a message, in words of its own. */
export function sesEvent(type: string, part: object, headers: { name: string; value: string }[]): string {
  return JSON.stringify({
    notificationType: type,
    mail: { timestamp: '2031-05-06T09:28:00.000Z', messageId: 'ses-1', headersTruncated: false, headers },
    [type.charAt(0).toLowerCase() + type.slice(1)]: { timestamp: '2031-05-06T09:28:30.000Z', ...part },
  });
}

const sendgrid = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
export const sendgridKey = sendgrid.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

export function sendgridPost(
  events: object[],
  timestamp = String(Date.parse('2031-05-06T09:29:00Z') / 1000),
): Posted {
  const body = JSON.stringify(events);
  const signature = sign('sha256', Buffer.from(timestamp + body), sendgrid.privateKey).toString('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    },
  };
}

export const mailgunKey = 'a signing key of the tests';

export function mailgunPost(
  event: object,
  { token = 'f'.repeat(50), timestamp = String(Date.parse('2031-05-06T09:29:00Z') / 1000) } = {},
): Posted {
  const signature = createHmac('sha256', mailgunKey)
    .update(timestamp + token)
    .digest('hex');
  return {
    body: JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': event }),
    headers: { 'content-type': 'application/json' },
  };
}

export const postmarkLogin = 'harbour:twelve-or-more-letters';

export function postmarkPost(event: object, login = postmarkLogin): Posted {
  return {
    body: JSON.stringify(event),
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(login).toString('base64')}`,
    },
  };
}

export const address = 'family@example.com';
export const stopped = [{ address, class: null, reason: 'hard_bounce' }];

/** The platform with every provider configured, and one letter that was sent. */
export async function webhookHarness() {
  const database = await testDatabase();
  const config = { webhooks: { sesTopicArns: [topic], sendgridKey, mailgunKey, postmarkLogin } };
  const start = async () => {
    const app = await testApp({ database, clock: new SettableClock('2031-05-06T09:30:00Z'), config });
    app.get(AmazonClient).text = async (url) => {
      on.fetched.push(url);
      return certificate;
    };
    return app;
  };
  const sql = <Row = Record<string, unknown>>(statement: string, values: unknown[] = []) =>
    database.dataSource.query<Row[]>(statement, values);
  const app = await start();
  await insertSmallBook(database.dataSource);
  const on = {
    database,
    /** Another process of the same platform. */
    start,
    /** What was asked of Amazon. */
    fetched: [] as string[],
    /** The delivery that events are about, and its message's id. */
    id: '',
    messageId: '',
    async reset(): Promise<void> {
      on.fetched.length = 0;
      await sql(`TRUNCATE deliveries, delivery_evidence, address_health, suppressions`);
      const sent = { customerId: 'C1', policyId: 'MOT-10001', state: 'sent' };
      on.id = await insertDelivery(database.dataSource, sent);
      on.messageId = `<${on.id}@harbour-mutual.example.com>`;
      await sql(`UPDATE deliveries SET recipient = $1, message_id = $2`, [address, on.messageId]);
    },
    post: (provider: string, { body, headers }: Posted, to: { url: string } = app) =>
      fetch(`${to.url}/api/public/webhooks/${provider}`, { method: 'POST', headers, body }),
    /** Posts what is to be taken. @returns how many reports were new. */
    async taken(provider: string, posted: Posted): Promise<number> {
      const response = await on.post(provider, posted);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return ((await response.json()) as { taken: number }).taken;
    },
    /** Posts what is to be refused. @returns the refusal's code, or that it left something behind. */
    async refused(provider: string, posted: Posted): Promise<string> {
      const response = await on.post(provider, posted);
      if ((await sql(`SELECT * FROM delivery_evidence`)).length > 0) return 'it was kept';
      return response.status < 400 ? 'it was taken' : ((await response.json()) as { code: string }).code;
    },
    async outcome() {
      const [row] = await sql<{ state: string; reason: string | null }>(
        `SELECT state, reason FROM deliveries`,
      );
      const suppressions = await sql(
        `SELECT address, class, reason FROM suppressions WHERE lifted_at IS NULL`,
      );
      const evidence = await sql(
        `SELECT kind, source, detail, delivery_id FROM delivery_evidence ORDER BY evidence_id`,
      );
      return { ...row, suppressions, evidence };
    },
    /** What is left when a provider has said that nobody is there. */
    bounced: (source: string) => ({
      ...{ state: 'bounced', reason: 'address_refused', suppressions: stopped },
      evidence: [{ kind: 'bounced', source, detail: 'address_dead', delivery_id: on.id }],
    }),
    async close(): Promise<void> {
      await app.close();
      await database.close();
    },
  };
  return on;
}

import { SmtpPool, type SendOutcome } from '@aftercare/notifications';
import { InboundListener } from '../../src/features/inbound/inbound-listener.js';
import { Config } from '../../src/platform/config/config.js';
import { returnPathKey, returnPathOf } from '../../src/platform/mail/verp.js';
import { harness, type Harness } from './deliver-fixture.js';
import { startSink } from './deliver-sink.js';

export interface InboundHarness extends Harness {
  /** Hands a mail over to the listener, as another mail server would. */
  hand(raw: string | Buffer, to: string): Promise<SendOutcome>;
  /** Marks what is planned as taken by the mail server. @returns the id of one of the deliveries. */
  pretendSent(): Promise<string>;
  /** The return path of a delivery's message. */
  returnPath(deliveryId: string): string;
  evidence(): Promise<
    { kind: string; deliveryId: string | null; detail: string | null; believed: boolean }[]
  >;
  suppressions(): Promise<
    { address: string; class: string | null; reason: string; evidence: string | null }[]
  >;
}

export const mailbox = 'fbl@mail.harbour.example';

/** The platform with a listener on loopback, on a database and a mail server of the test's own. */
export async function inboundHarness(): Promise<InboundHarness> {
  const on = await harness({
    sink: await startSink(),
    config: {
      inboundSmtp: { port: 0, host: '127.0.0.1', mailboxes: [mailbox] },
      mailReturnPath: 'bounces@mail.harbour.example',
    },
  });
  const port = on.app.get(InboundListener).port!;
  const pool = new SmtpPool({ url: `smtp://127.0.0.1:${port}?ignoreTLS=true`, connections: 4 });
  const key = returnPathKey(on.app.get(Config).secret);
  return {
    ...on,
    hand: (raw, to) =>
      pool.send({ envelope: { from: 'mailer@mx.customer.example', to }, raw: Buffer.from(raw) }),
    returnPath: (deliveryId) => returnPathOf('bounces@mail.harbour.example', deliveryId, key),
    async pretendSent() {
      await on.sql(
        `UPDATE deliveries d
            SET state = 'sent', sent_at = now(), chunk_id = gen_random_uuid(), claim = gen_random_uuid(),
                recipient = c.email, message_id = '<' || delivery_id || '@harbour-mutual.example.com>'
           FROM customers c WHERE c.customer_id = d.customer_id AND d.state = 'planned'`,
      );
      return (await on.rows()).at(-1)!.delivery_id;
    },
    evidence: () =>
      on.sql(
        `SELECT kind, delivery_id AS "deliveryId", detail, believed FROM delivery_evidence ORDER BY evidence_id`,
      ),
    suppressions: () =>
      on.sql(
        `SELECT address, class, reason, evidence FROM suppressions WHERE lifted_at IS NULL ORDER BY suppression_id`,
      ),
    async reset() {
      await on.sql(`TRUNCATE delivery_evidence, address_health`);
      await on.reset();
    },
    async close() {
      await pool.close(0);
      await on.close();
      await on.sink.close();
    },
  };
}

/** The head of a letter as a mail server returns it. */
export function letterOf(deliveryId: string): string {
  return [
    `Message-ID: <${deliveryId}@harbour-mutual.example.com>`,
    `X-Aftercare-Delivery: ${deliveryId}`,
    'Subject: Your renewal',
    '',
    'Dear reader',
  ].join('\r\n');
}

let reports = 0;

/** A delivery status notification; each one is another, as each one has another id. */
export function dsn(given: {
  action?: string;
  status: string;
  diagnostic?: string;
  recipient?: string;
  returned?: string;
}): string {
  const { action = 'failed', status, diagnostic = '', recipient = 'c1@example.com', returned } = given;
  return [
    'From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>',
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <report-${++reports}@mx.customer.example>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
    '',
    '--b1',
    'Content-Type: text/plain',
    '',
    'Your message was not delivered.',
    '--b1',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.customer.example',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(diagnostic ? [`Diagnostic-Code: smtp; ${diagnostic}`] : []),
    '',
    ...(returned === undefined ? [] : ['--b1', 'Content-Type: message/rfc822', '', returned]),
    '--b1--',
    '',
  ].join('\r\n');
}

/** A mail with these headers, and a few words. */
export function mail(headers: readonly string[], body = 'I am on leave. 550 5.1.1 user unknown.'): string {
  return [`Message-ID: <mail-${++reports}@customer.example>`, ...headers, '', body, ''].join('\r\n');
}

/** A complaint of a provider about a message. */
export function complaint(returned: string): string {
  return [
    'From: feedback@provider.example',
    `Message-ID: <report-${++reports}@provider.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b2"',
    '',
    '--b2',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'Version: 1',
    '',
    '--b2',
    'Content-Type: message/rfc822',
    '',
    returned,
    '--b2--',
    '',
  ].join('\r\n');
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaint, dsn, failed, original, plain } from '../../test/support/returned-mail.js';
import { readReport } from './read-report.js';
import type { RecipientStatus } from './report.types.js';

const leader = '019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e6f';
const carried = '019aac1c-5f3e-7b7a-9d1c-0a2b3c4d5e70';
const about = { deliveryIds: [leader, carried], messageIds: [`<${leader}@harbour.example>`] };
const nothing = { deliveryIds: [], messageIds: [] };
const daemon = 'From: Mail Delivery Subsystem <MAILER-DAEMON@mx.customer.example>';

/** The one recipient that a report is about. */
async function recipientOf(raw: Buffer): Promise<RecipientStatus> {
  const report = await readReport(raw);
  if (report.kind !== 'status') throw new Error(`It was read as ${report.kind}.`);
  expect(report.recipients).toHaveLength(1);
  return report.recipients[0]!;
}

describe('a delivery status notification', () => {
  it('tells whom it is about, which message, and what it means', async () => {
    const report = await readReport(
      dsn({ status: failed('5.1.1', '550 5.1.1 <ada@customer.example>: unknown') }),
    );
    expect(report).toEqual({
      kind: 'status',
      about,
      messageId: '<report-1@mx.customer.example>',
      at: new Date('2030-03-01T10:05:00Z'),
      excerpt: 'Sorry.',
      recipients: [
        {
          action: 'failed',
          address: 'ada@customer.example',
          status: '5.1.1',
          diagnostic: '550 5.1.1 <ada@customer.example>: unknown',
          verdict: { kind: 'address_dead', permanent: true },
        },
      ],
    });
  });

  it.each([
    ['5.2.2', '552 5.2.2 over quota', 'mailbox_full'],
    ['5.0.0', '550 5.1.1 no such user', 'address_dead'],
    ['5.0.0', '550-5.7.1 likely unsolicited mail', 'content'],
    ['5.7.1', '554 5.7.1 blocked using zen.spamhaus.org', 'blocked'],
    ['4.4.7', '450 4.2.0 greylisted', 'temporary'],
    ['5.4.7', 'delivery time expired', 'temporary'],
  ])('of %s with %j is about %s', async (status, diagnostic, kind) => {
    const { verdict } = await recipientOf(dsn({ status: failed(status, diagnostic) }));
    expect(verdict).toEqual({ kind, permanent: true });
  });

  it.each(['delayed', 'delivered', 'relayed', 'expanded'] as const)('may say %s', async (action) => {
    const status = `Final-Recipient: rfc822; ada@customer.example\nAction: ${action}\nStatus: ${action === 'delayed' ? '4.4.1' : '2.0.0'}\n`;
    expect(await recipientOf(dsn({ status }))).toMatchObject({ action, verdict: { permanent: false } });
  });

  it('of an address that is late is never of a dead one', async () => {
    const status = `Final-Recipient: rfc822; ada@customer.example\nAction: delayed\nStatus: 4.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n`;
    expect((await recipientOf(dsn({ status }))).verdict).toEqual({ kind: 'temporary', permanent: false });
  });

  it('names the address that was written to, not the one it was forwarded to', async () => {
    const status = `Original-Recipient: rfc822;ada@customer.example\nFinal-Recipient: rfc822; ada@elsewhere.example\nAction: failed\nStatus: 5.1.1\n`;
    expect((await recipientOf(dsn({ status }))).address).toBe('ada@customer.example');
  });

  it('may be about several recipients', async () => {
    const status = `${failed('5.1.1', '550 no', 'ada@customer.example')}\n${failed('5.2.2', '552 full', 'bo@customer.example')}`;
    const report = await readReport(dsn({ status }));
    expect(
      report.kind === 'status' && report.recipients.map(({ address, verdict }) => [address, verdict.kind]),
    ).toEqual([
      ['ada@customer.example', 'address_dead'],
      ['bo@customer.example', 'mailbox_full'],
    ]);
  });

  it('is read without the message, and with its headers alone', async () => {
    const status = failed('5.1.1', '550 5.1.1 unknown');
    expect(await readReport(dsn({ status, returned: null }))).toMatchObject({
      kind: 'status',
      about: nothing,
    });
    const headers = original.split('\n\n')[0]!;
    expect(
      await readReport(dsn({ status, returned: headers, returnedType: 'text/rfc822-headers' })),
    ).toMatchObject({
      kind: 'status',
      about,
    });
  });

  it('in prose is understood by what it says where its status part is empty', async () => {
    const human =
      'Delivery has failed to these recipients:\nada@customer.example\n550 5.1.10 RecipientNotFound';
    expect(await recipientOf(dsn({ status: '', human }))).toMatchObject({
      ...{ action: 'failed', address: 'ada@customer.example', verdict: { kind: 'address_dead' } },
    });
  });
});

describe('a bounce in prose', () => {
  it.each([
    [
      'qmail',
      plain(
        `${daemon}\nSubject: failure notice`,
        `Hi. This is the qmail-send program at mx.customer.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@customer.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

${original}`,
      ),
      { action: 'failed', status: '5.1.1', verdict: { kind: 'address_dead', permanent: true } },
    ],
    [
      'Exim',
      plain(
        `${daemon}\nX-Failed-Recipients: ada@customer.example\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender`,
        `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@customer.example
    host mx.customer.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<ada@customer.example>:
    552 5.2.2 Mailbox over quota

------ This is a copy of the message, including all the headers. ------

${original}`,
      ),
      { action: 'failed', status: '5.2.2', verdict: { kind: 'mailbox_full', permanent: true } },
    ],
    [
      'Postfix without a report part',
      plain(
        `From: MAILER-DAEMON@relay.harbour.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender`,
        `I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<ada@customer.example>: host mx.customer.example[192.0.2.7] said: 550 5.7.1
    Our system has detected that this message is likely unsolicited mail.
    (in reply to end of DATA command)

${original}`,
      ),
      { action: 'failed', status: '5.7.1', verdict: { kind: 'content', permanent: true } },
    ],
    [
      'Exchange of old',
      plain(
        'From: System Administrator <postmaster@customer.example>\nSubject: Undeliverable: Your renewal',
        `Your message did not reach some or all of the intended recipients.
The following recipient(s) could not be reached:
      ada@customer.example on 01/03/2030 10:00
            The e-mail account does not exist at the organization this message was sent to.
            <mx.customer.example #5.1.1>`,
      ),
      { action: 'failed', status: '5.1.1', verdict: { kind: 'address_dead', permanent: true } },
    ],
    [
      'a warning',
      plain(
        `${daemon}\nSubject: Warning: message delayed`,
        `Delivery to the following recipient has been delayed:
ada@customer.example
451 4.4.1 connection timed out
The server will keep trying for 3 days. No action is required.`,
      ),
      { action: 'delayed', status: '4.4.1', verdict: { kind: 'temporary', permanent: false } },
    ],
    [
      'without any code',
      plain(
        'From: PostMaster@customer.example\nSubject: 退信',
        `退信通知 Delivery failed

ada@customer.example
收件人不存在`,
      ),
      { action: 'failed', status: null, verdict: { kind: 'address_dead', permanent: true } },
    ],
  ])('of %s', async (_, raw, expected) => {
    expect(await recipientOf(raw)).toMatchObject({ address: 'ada@customer.example', ...expected });
  });

  it('takes the codes from the mail server and not from the letter that it returns', async () => {
    const body = `Delivery failed.\n\nada@customer.example\nThe mailbox is full.\n\n-- original message --\n\n${original}`;
    const raw = plain(`${daemon}\nSubject: failed`, body.replace('-- original', '------ Original'));
    expect((await recipientOf(raw)).verdict.kind).toBe('mailbox_full');
    expect((await readReport(raw)).about).toEqual(about);
  });
});

describe('a complaint', () => {
  it.each(['abuse', 'opt-out', 'fraud'])('of type %s is the reader’s word', async (type) => {
    const raw = complaint(type, 'Original-Rcpt-To: <ada@customer.example>\n');
    expect(await readReport(raw)).toMatchObject({
      kind: 'complaint',
      address: 'ada@customer.example',
      about,
    });
  });

  it('counts by the message alone where the provider hides who it was', async () => {
    expect(await readReport(complaint('abuse'))).toMatchObject({ kind: 'complaint', address: null, about });
  });

  it.each(['not-spam', 'auth-failure', 'virus', 'dmarc'])('of type %s is none', async (type) => {
    expect((await readReport(complaint(type))).kind).toBe('other');
  });
});

describe('an answer', () => {
  const inReply = `In-Reply-To: <${leader}@harbour.example>`;
  const ada = 'From: Ada <ada@customer.example>';
  const away = 'I am away until Monday. My old mailbox is full and user unknown, 550 5.1.1.';

  it.each([
    ['RFC 3834', `${ada}\nSubject: Re: Your renewal\nAuto-Submitted: auto-replied\n${inReply}`],
    ['Exchange', `${ada}\nSubject: Automatic reply: Your renewal\nX-Auto-Response-Suppress: All`],
    ['an old responder', `${ada}\nSubject: Re: Your renewal\nPrecedence: auto_reply`],
    ['vacation', `${ada}\nSubject: Re: Your renewal\nX-Autoreply: yes`],
    ['its subject', `${ada}\nSubject: Out of Office: Your renewal`],
    [
      'a subject in Chinese',
      `${ada}\nSubject: =?utf-8?B?${Buffer.from('自动回复: 续保').toString('base64')}?=`,
    ],
    ['a subject in German', `${ada}\nSubject: Abwesenheitsnotiz`],
  ])('of a machine, known by %s, is no bounce, whatever it says', async (_, headers) => {
    expect((await readReport(plain(headers, away))).kind).toBe('auto_reply');
  });

  it('of a machine that shows a mail is a receipt', async () => {
    const type = 'Content-Type: multipart/report; report-type=disposition-notification; boundary=x';
    expect((await readReport(plain(`${ada}\nSubject: Read: Your renewal\n${type}`, '--x--'))).kind).toBe(
      'auto_reply',
    );
  });

  it('of a person names the message that it answers', async () => {
    const raw = plain(
      `${ada}\nSubject: Re: Your renewal\n${inReply}\nReferences: <other@x.example> <${leader}@harbour.example>`,
      'Yes please, delivery failed last year.',
    );
    expect(await readReport(raw)).toMatchObject({
      kind: 'reply',
      about: { messageIds: [`<${leader}@harbour.example>`, '<other@x.example>'] },
      excerpt: 'Yes please, delivery failed last year.',
    });
  });

  it.each(['Precedence: bulk', 'List-Id: <news.customer.example>'])(
    'with %s is somebody’s mailing',
    async (line) => {
      expect((await readReport(plain(`${ada}\nSubject: News\n${line}`, 'Read this'))).kind).toBe('other');
    },
  );
});

describe('whatever comes in', () => {
  const whole = [
    dsn({ status: failed('5.1.1', '550 5.1.1 no') }),
    complaint('abuse'),
    plain(daemon, 'delivery failed'),
  ];

  it('is read without a word, cut anywhere and with any bytes in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        fc.nat(3000),
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(3000),
        async (raw, at, bytes, end) => {
          const mangled = Buffer.concat([raw.subarray(0, at), bytes, raw.subarray(at, end)]);
          expect((await readReport(mangled)).kind).toBeTypeOf('string');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is read up to a size, and not for long', async () => {
    const before = process.cpuUsage();
    for (const filler of [
      'X: y\r\n',
      '--b1\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n',
      'Action: failed\r\n\r\n',
      '<',
      'a@b ',
      '\r\n\r\n',
    ]) {
      const raw = Buffer.concat([whole[0]!, Buffer.from(filler.repeat(4_000_000 / filler.length))]);
      expect((await readReport(raw)).kind).toBeTypeOf('string');
      expect((await readReport(raw.subarray(raw.length - 3_000_000))).kind).toBeTypeOf('string');
    }
    expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
  });
});

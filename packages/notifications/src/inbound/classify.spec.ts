import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyReply } from './classify.js';
import type { ReplyGiven, ReplyKind } from './classify.types.js';

const stages = ['connect', 'mail', 'rcpt', 'data', 'message', 'report'] as const;

/** A reply as it stands on the wire. */
function reply(line: string, stage: ReplyGiven['stage']): ReplyGiven {
  const [, code, status] = /^(\d{3})?[ -]?([245]\.\d+\.\d+)?/.exec(line)!;
  return { code: code ? Number(code) : null, status: status ?? null, text: line, stage };
}

const table: [ReplyGiven['stage'], string, ReplyKind, 'for good' | 'for now'][] = [
  // By RFC 3463.
  ['rcpt', '550 5.1.1 no', 'address_dead', 'for good'],
  ['rcpt', '550 5.1.0 no', 'address_dead', 'for good'],
  ['rcpt', '550 5.1.2 no', 'address_dead', 'for good'],
  ['rcpt', '550 5.2.1 no', 'address_dead', 'for good'],
  ['rcpt', '552 5.2.2 no', 'mailbox_full', 'for good'],
  ['rcpt', '452 4.2.2 no', 'mailbox_full', 'for now'],
  ['rcpt', '450 4.1.1 no', 'temporary', 'for now'],
  ['rcpt', '553 5.1.8 no', 'sender', 'for good'],
  ['rcpt', '550 5.7.1 no', 'blocked', 'for good'],
  ['rcpt', '550 5.7.606 no', 'blocked', 'for good'],
  ['message', '550 5.7.26 no', 'sender', 'for good'],
  ['message', '552 5.3.4 no', 'content', 'for good'],
  ['message', '554 5.6.0 no', 'content', 'for good'],
  ['message', '421 4.7.28 no', 'rate_limited', 'for now'],
  ['rcpt', '451 4.3.0 no', 'temporary', 'for now'],
  ['report', '5.4.7', 'temporary', 'for good'],
  ['report', '5.1.1', 'address_dead', 'for good'],
  ['report', '4.4.1', 'temporary', 'for now'],
  // By the code of RFC 5321 alone.
  ['rcpt', '550 no', 'address_dead', 'for good'],
  ['rcpt', '551 no', 'address_dead', 'for good'],
  ['rcpt', '553 no', 'address_dead', 'for good'],
  ['rcpt', '552 no', 'mailbox_full', 'for good'],
  ['rcpt', '554 no', 'other', 'for good'],
  ['rcpt', '556 no', 'address_dead', 'for good'],
  ['rcpt', '503 no', 'other', 'for good'],
  ['rcpt', '450 no', 'temporary', 'for now'],
  ['rcpt', '451 no', 'temporary', 'for now'],
  ['rcpt', '452 no', 'temporary', 'for now'],
  ['rcpt', '421 no', 'temporary', 'for now'],
  ['message', '550 no', 'content', 'for good'],
  ['message', '554 no', 'content', 'for good'],
  ['mail', '550 no', 'sender', 'for good'],
  ['mail', '550 5.1.1 no', 'sender', 'for good'],
  ['mail', '451 no', 'temporary', 'for now'],
  ['connect', '554 no', 'blocked', 'for good'],
  ['report', '', 'other', 'for now'],
  // By the words, where a code stands for many things.
  ['rcpt', '550-5.1.1 The email account that you tried to reach does not exist.', 'address_dead', 'for good'],
  ['rcpt', '550 5.2.1 The email account that you tried to reach is disabled.', 'address_dead', 'for good'],
  ['rcpt', '452-4.2.2 The email account that you tried to reach is over quota.', 'mailbox_full', 'for now'],
  [
    'rcpt',
    '450-4.2.1 The user you are trying to contact is receiving mail at a rate that',
    'rate_limited',
    'for now',
  ],
  [
    'message',
    '421-4.7.0 Our system has detected an unusual rate of mail from your IP',
    'rate_limited',
    'for now',
  ],
  [
    'message',
    '550-5.7.1 Our system has detected that this message is likely unsolicited mail',
    'content',
    'for good',
  ],
  [
    'message',
    '550-5.7.26 This mail has been blocked because the sender is unauthenticated.',
    'sender',
    'for good',
  ],
  ['rcpt', '550 5.4.1 Recipient address rejected: Access denied. AS(201806281)', 'address_dead', 'for good'],
  [
    'report',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP lookup',
    'address_dead',
    'for good',
  ],
  ['rcpt', '550 5.7.606 Access denied, banned sending IP [192.0.2.1].', 'blocked', 'for good'],
  ['rcpt', '451 4.7.500 Server busy. Please try again later from [192.0.2.1].', 'temporary', 'for now'],
  ['rcpt', '550 5.5.0 Requested action not taken: mailbox unavailable.', 'address_dead', 'for good'],
  [
    'message',
    "554 delivery error: dd This user doesn't have a yahoo.com account (ann@yahoo.com)",
    'address_dead',
    'for good',
  ],
  [
    'mail',
    '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints',
    'rate_limited',
    'for now',
  ],
  [
    'connect',
    '553 5.7.1 [BL21] Connections will not be accepted, the IP is in the Spamhaus list',
    'blocked',
    'for good',
  ],
  [
    'rcpt',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'blocked',
    'for good',
  ],
  ['rcpt', '450 4.2.0 <ann@example.com>: Recipient address rejected: Greylisted', 'temporary', 'for now'],
  ['rcpt', '554 5.7.1 <ann@example.com>: Relay access denied', 'sender', 'for good'],
  ['rcpt', '550 Mailbox not found. http://service.mail.example', 'address_dead', 'for good'],
  ['message', '550 Mail content denied. http://service.mail.example', 'content', 'for good'],
  ['rcpt', '550 Connection frequency limited. http://service.mail.example', 'rate_limited', 'for now'],
  ['message', '554 DT:SPM 163 smtp7,C8CowEAJ', 'content', 'for good'],
  ['rcpt', '550 User suspended', 'address_dead', 'for good'],
  ['rcpt', '550 5.1.1 <ann@example.com>: user unknown in virtual mailbox table', 'address_dead', 'for good'],
  ['rcpt', '550 <ann@example.com> 收件人不存在', 'address_dead', 'for good'],
  ['rcpt', '552 5.7.1 mailbox is full', 'mailbox_full', 'for good'],
  [
    'rcpt',
    '554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException',
    'mailbox_full',
    'for good',
  ],
  [
    'report',
    '5.4.4 Host or domain name not found. Name service error for name=gone.example: Host not found',
    'address_dead',
    'for good',
  ],
  ['report', '4.4.3 Host or domain name not found. Host not found, try again', 'temporary', 'for now'],
];

describe('classifyReply', () => {
  it.each(table)('%s: %s → %s, %s', (stage, line, kind, lasting) => {
    expect(classifyReply(reply(line, stage))).toEqual({ kind, permanent: lasting === 'for good' });
  });

  it('never calls an address dead for what is said only for now, or before it was named', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.constantFrom(null, ...[1, 2, 4, 5, 7].flatMap((x) => [`4.${x}.1`, `5.${x}.1`, `5.${x}.0`])),
        fc.constantFrom(...table.map(([, line]) => line)),
        fc.constantFrom(...stages),
        (code, status, text, stage) => {
          const { kind, permanent } = classifyReply({ code, status, text, stage });
          if (kind !== 'address_dead') return;
          expect(permanent).toBe(true);
          expect(code).toBeGreaterThanOrEqual(500);
          expect(['connect', 'mail']).not.toContain(stage);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('answers whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer()),
        fc.option(fc.string()),
        fc.string({ unit: 'binary-ascii' }),
        fc.constantFrom(...stages),
        (code, status, text, stage) => {
          expect(classifyReply({ code, status, text, stage }).kind).toBeTypeOf('string');
        },
      ),
    );
  });

  it.each(['a ', 'user ', 'over ', 'account doesn ', 'exceeded '])(
    'is not held up by %j without end',
    (word) => {
      const before = process.cpuUsage();
      classifyReply(reply(`550 ${word.repeat(200_000)}`, 'rcpt'));
      expect(process.cpuUsage(before).user).toBeLessThan(200_000);
    },
  );
});

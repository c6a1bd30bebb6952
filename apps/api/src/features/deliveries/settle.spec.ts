import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import type { SendOutcome } from '@aftercare/notifications';
import { isServerTrouble, settleHeld, settleOutcome, settleRefusal } from './settle.js';

const row = {
  deliveryId: 'd1',
  anchorDate: '2031-06-05',
  claim: 'c1',
  class: 'service' as const,
  attempts: 0,
  doubted: false,
};
const refused = (
  code: number,
  stage: 'mail' | 'rcpt' | 'data' | 'message',
  status: string | null = null,
): SendOutcome => ({
  kind: 'refused',
  permanent: code >= 500,
  stage,
  code,
  status,
  reply: `${code} no`,
});
const lost: SendOutcome = { kind: 'in_doubt', reason: 'connection_lost', detail: 'gone' };
const accepted: SendOutcome = { kind: 'accepted', reply: '250 ok' };
const settle = (outcome: SendOutcome, given: Partial<typeof row> | { class: 'marketing' | 'legal' } = {}) =>
  settleOutcome({ ...row, ...given }, outcome, 'a@example.com');

describe('what an outcome means for its row', () => {
  it.each([
    ['accepted', accepted, { to: 'sent', accepted: true, isEvidence: true }],
    [
      'a dead mailbox by its status',
      refused(550, 'rcpt', '5.1.1'),
      { to: 'bounced', suppress: 'a@example.com' },
    ],
    ['a dead mailbox by its code', refused(550, 'rcpt'), { to: 'bounced', suppress: 'a@example.com' }],
    [
      'a full mailbox',
      refused(552, 'rcpt', '5.2.2'),
      { to: 'bounced', reason: 'mailbox_full', suppress: null, soft: 'a@example.com' },
    ],
    [
      'a policy, which is about us',
      refused(550, 'rcpt', '5.7.1'),
      { to: 'bounced', reason: 'blocked', suppress: null, soft: null },
    ],
    [
      'a rate, whatever its code',
      refused(550, 'rcpt', '5.7.28'),
      { to: 'planned', addAttempts: 1, soft: null },
    ],
    ['our sender', refused(550, 'mail'), { to: 'failed', reason: 'sender_refused', suppress: null }],
    ['the message', refused(554, 'message'), { to: 'bounced', reason: 'message_refused', soft: null }],
    [
      'the message, without a word why',
      refused(554, 'data', '5.5.1'),
      { reason: 'message_refused', soft: null },
    ],
    ['put off', refused(451, 'rcpt'), { to: 'planned', addAttempts: 1, retryAfter: 1 }],
    ['the server closing', refused(421, 'mail'), { to: 'planned', addAttempts: 0 }],
    [
      'a server that asks for a password',
      refused(530, 'mail', '5.7.0'),
      { to: 'planned', reason: 'mail_server_trouble', addAttempts: 0 },
    ],
    ['a server of the recipient closing', refused(421, 'rcpt'), { to: 'planned', addAttempts: 1 }],
    [
      'no connection',
      { kind: 'not_sent', reason: 'unreachable', detail: 'x', reply: null } as const,
      { to: 'planned', addAttempts: 0 },
    ],
    [
      'a lost connection',
      { kind: 'not_sent', reason: 'connection_lost', detail: 'x', reply: null } as const,
      { to: 'planned', addAttempts: 1 },
    ],
    [
      'too large',
      { kind: 'not_sent', reason: 'too_large', detail: 'x', reply: null } as const,
      { to: 'failed', reason: 'too_large' },
    ],
  ])('%s', (_, outcome, change) => {
    expect(settle(outcome)).toMatchObject(change);
  });

  it('waits longer from attempt to attempt', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 60].map(
      (attempts) => settle(refused(451, 'rcpt'), { attempts }).retryAfter,
    );
    expect(waits).toEqual([1, 4, 15, 60, 300, 900, 3600, 3600]);
  });

  it('doubts once and tries again what may go twice, and never marketing', () => {
    expect(settle(lost)).toMatchObject({ to: 'planned', doubted: true });
    expect(settle(lost, { class: 'legal' })).toMatchObject({ to: 'planned', doubted: true });
    expect(settle(lost, { doubted: true })).toMatchObject({ to: 'in_doubt', reason: 'no_reply' });
    expect(settle(lost, { class: 'marketing' })).toMatchObject({ to: 'in_doubt', reason: 'no_reply' });
  });

  it('never calls sent, failed or suppressed what may have arrived before', () => {
    const doubted = { doubted: true };
    expect(settle(accepted, doubted)).toMatchObject({ to: 'in_doubt', reason: 'resent', accepted: true });
    expect(settle(refused(550, 'mail'), doubted)).toMatchObject({ to: 'in_doubt', reason: 'not_resent' });
    expect(settle(refused(550, 'rcpt'), doubted)).toMatchObject({ to: 'bounced' });
    const stopped = settleRefusal(
      { ...row, ...doubted },
      { allow: false, state: 'suppressed', reason: 'deceased' },
    );
    expect(stopped).toMatchObject({ to: 'in_doubt', reason: 'not_resent' });
  });

  it('says failed, not expired, of what a server kept putting off until its time was over', () => {
    const over = { allow: false, state: 'expired', reason: 'missed_window' } as const;
    expect(settleRefusal(row, over)).toMatchObject({ to: 'expired', reason: 'missed_window' });
    expect(settleRefusal({ ...row, attempts: 3 }, over)).toMatchObject({
      to: 'failed',
      reason: 'temporary_failure',
    });
  });

  it('waits until the very time that the gate says, on the day it says, in doubt or not', () => {
    const contactOn = '2031-05-07';
    const until = Temporal.Instant.from('2031-05-07T06:00:00Z');
    const later = { allow: false, state: 'deferred', reason: 'quiet_hours', until, contactOn } as const;
    const waiting = {
      ...{ from: 'planned', to: 'planned', reason: 'quiet_hours', addAttempts: 0, retryAfter: null },
      ...{ until: new Date('2031-05-07T06:00:00Z'), contactOn },
    };
    expect(settleRefusal(row, later)).toMatchObject(waiting);
    expect(settleRefusal({ ...row, doubted: true, attempts: 2 }, later)).toMatchObject(waiting);
  });

  it('lets a row wait that is held back, as tried no more often than before', () => {
    const held = settleHeld({ ...row, attempts: 2, doubted: true }, 'planned', {
      ...{ reason: 'domain_backoff', retryAfter: 90 },
    });
    expect(held).toMatchObject({ to: 'planned', reason: 'domain_backoff', retryAfter: 90, addAttempts: 0 });
  });

  it('keeps of a reply what a database takes', () => {
    const reply = `250 a\u0000b\r\nc ${'x'.repeat(2000)}`;
    expect(settle({ kind: 'accepted', reply }).smtpReply).toMatch(/^250 a b c x+$/);
    expect(settle({ kind: 'accepted', reply }).smtpReply).toHaveLength(500);
  });

  it('knows what speaks of the server and not of the message', () => {
    expect(isServerTrouble({ kind: 'not_sent', reason: 'auth', detail: '', reply: null })).toBe(true);
    expect(isServerTrouble(refused(421, 'mail'))).toBe(true);
    expect(isServerTrouble(refused(451, 'mail'))).toBe(false);
    const tooFast = {
      ...refused(454, 'mail'),
      reply: '454 Throttling failure: Maximum sending rate exceeded.',
    };
    expect(isServerTrouble(tooFast)).toBe(true);
    expect(isServerTrouble(refused(421, 'rcpt'))).toBe(false);
    expect(isServerTrouble(lost)).toBe(false);
  });
});

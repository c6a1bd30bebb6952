import type { GateDecision } from '@aftercare/domain';
import { AddressError, classifyReply, type ReplyClass, type SendOutcome } from '@aftercare/notifications';
import { bounceReason, isSoft } from '../inbound/evidence.types.js';
import { backoffSeconds } from './backoff.js';
import { resentClasses, type Change, type DispatchRow } from './deliveries.types.js';

type Claimed = DispatchRow & { claim: string };

type Refused = Extract<SendOutcome, { kind: 'refused' }>;

/** What an outcome means for its row, before it is known whether the row has been in doubt. */
type Verdict = Pick<Change, 'to' | 'reason'> & Partial<Change>;

const trouble = new Set(['unreachable', 'tls', 'auth', 'server_refused', 'closed']);

/** RFC 4954 section 6: asks for a password first. RFC 5321 section 3.8: is closing. */
const passwordOrFarewell = new Set([530, 421]);

/** What a refusal is about, by the one classifier. */
export function classOf({ code, status, reply, stage }: Refused): ReplyClass {
  return classifyReply({ code, status, text: reply, stage });
}

/**
 * Whether an outcome speaks of the mail server and not of the message. Every other message would meet the same,
 * so none of them is held to have been tried. What is said once a recipient was named may be about that one's domain.
 */
export function isServerTrouble(outcome: SendOutcome): boolean {
  if (outcome.kind === 'not_sent') return trouble.has(outcome.reason);
  if (outcome.kind !== 'refused' || outcome.stage !== 'mail') return false;
  const { kind } = classOf(outcome);
  return passwordOrFarewell.has(outcome.code) || kind === 'rate_limited' || kind === 'blocked';
}

/** How a row goes on after its message was handed over, or could not be. */
export function settleOutcome(row: Claimed, outcome: SendOutcome, recipient: string): Change {
  return change(row, 'sending', verdictOn(row, outcome, recipient));
}

/** How a row ends that the contact gate has stopped, or until when it waits. */
export function settleRefusal(row: Claimed, decision: Extract<GateDecision, { allow: false }>): Change {
  if (decision.state === 'deferred') {
    const { reason, until, contactOn } = decision;
    return change(row, 'planned', {
      to: 'planned',
      reason,
      until: new Date(until.epochMilliseconds),
      contactOn,
    });
  }
  // Time ran out while the mail server was putting the message off: that is a failure to deliver.
  const putOff = decision.reason === 'missed_window' && row.attempts > 0;
  return change(
    row,
    'planned',
    putOff ? { to: 'failed', reason: 'temporary_failure' } : { to: decision.state, reason: decision.reason },
  );
}

/** How a row ends whose message could not be made, by what was thrown: it names what was missing. */
export function settleThrown(row: Claimed, error: unknown): Change {
  if (error instanceof AddressError) {
    return settleRefusal(row, { allow: false, state: 'suppressed', reason: 'bad_address' });
  }
  const { code = 'unexpected', message } = error as { code?: string; message: string };
  return change(row, 'planned', { to: 'failed', reason: 'template_error', smtpReply: `${code}: ${message}` });
}

/** A row that was not handed over after all, through no fault of its own: it is released again. */
export function settleUnsent(row: Claimed, from: Change['from']): Change {
  return change(row, from, { to: 'planned', reason: null, retryAfter: 0 });
}

/** A row whose message does not go now: it waits for as long as whoever holds it back says. */
export function settleHeld(
  row: Claimed,
  from: Change['from'],
  { reason, retryAfter }: Pick<Change, 'reason' | 'retryAfter'>,
): Change {
  return change(row, from, { to: 'planned', reason, retryAfter });
}

function verdictOn(row: Claimed, outcome: SendOutcome, recipient: string): Verdict {
  switch (outcome.kind) {
    case 'accepted':
      return { to: 'sent', reason: null, smtpReply: outcome.reply, isEvidence: true, accepted: true };
    case 'refused':
      return refused(row, outcome, recipient);
    case 'not_sent':
      if (outcome.reason === 'too_large')
        return { to: 'failed', reason: 'too_large', smtpReply: outcome.detail };
      return isServerTrouble(outcome)
        ? putBack(outcome.reply ?? outcome.detail)
        : putOff(row, outcome.detail);
    case 'in_doubt':
      return resentClasses.includes(row.class) && !row.doubted
        ? {
            to: 'planned',
            reason: 'no_reply',
            smtpReply: outcome.detail,
            doubted: true,
            retryAfter: backoffSeconds(1),
          }
        : { to: 'in_doubt', reason: 'no_reply', smtpReply: outcome.detail, doubted: true };
  }
}

function refused(row: Claimed, outcome: Refused, recipient: string): Verdict {
  const { kind, permanent } = classOf(outcome);
  if (isServerTrouble(outcome)) return putBack(outcome.reply);
  if (!permanent) return putOff(row, outcome.reply);
  const word = { smtpReply: outcome.reply, isEvidence: true };
  if (outcome.stage === 'mail') return { to: 'failed', reason: 'sender_refused', ...word };
  // Said of a whole message without a word why, it is the message that was refused, and not its reader.
  const ofMessage = kind === 'other' && outcome.stage !== 'rcpt';
  return {
    to: 'bounced',
    reason: ofMessage ? 'message_refused' : bounceReason(kind),
    ...word,
    suppress: kind === 'address_dead' ? recipient : null,
    soft: isSoft(kind) && !ofMessage ? recipient : null,
  };
}

function putOff(row: Claimed, smtpReply: string): Verdict {
  return {
    to: 'planned',
    reason: 'temporary_failure',
    smtpReply,
    addAttempts: 1,
    retryAfter: backoffSeconds(row.attempts + 1),
  };
}

function putBack(smtpReply: string): Verdict {
  return { to: 'planned', reason: 'mail_server_trouble', smtpReply, retryAfter: 0 };
}

function change(row: Claimed, from: Change['from'], verdict: Verdict): Change {
  const { smtpReply = null, ...rest } = verdict;
  return {
    deliveryId: row.deliveryId,
    anchorDate: row.anchorDate,
    claim: row.claim,
    from,
    isEvidence: false,
    accepted: false,
    doubted: false,
    addAttempts: 0,
    retryAfter: null,
    until: null,
    contactOn: null,
    suppress: null,
    soft: null,
    smtpReply: smtpReply === null ? null : storable(smtpReply),
    ...rest,
    ...(row.doubted ? afterDoubt(verdict) : {}),
  };
}

/**
 * A row whose first hand-over may have arrived cannot end as never sent, and a second message that was accepted
 * does not tell how many arrived: both stay in doubt, saying what became of the second.
 */
function afterDoubt({ to }: Verdict): Partial<Change> {
  switch (to) {
    case 'sent':
      return { to: 'in_doubt', reason: 'resent' };
    case 'suppressed':
    case 'expired':
    case 'failed':
      return { to: 'in_doubt', reason: 'not_resent' };
    default:
      return {};
  }
}

/** A server's reply as text that PostgreSQL takes: control characters gone, not longer than a reply has reason to be. */
function storable(reply: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  return reply.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 500);
}

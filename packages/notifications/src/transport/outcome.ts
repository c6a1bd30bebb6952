import type { NodemailerError } from 'nodemailer/lib/errors';
import type { NotSentReason, SendOutcome } from './transport.types.js';

export type NotSent = Extract<SendOutcome, { kind: 'not_sent' }>;

const refusalStages = { 'MAIL FROM': 'mail', 'RCPT TO': 'rcpt' } as const;

/** Why no connection came about. */
export function openingFailure(error: NodemailerError): NotSent {
  return notSent(openingReason(error), error);
}

function openingReason(error: NodemailerError): NotSentReason {
  if (error.code === 'EAUTH' || error.code === 'ENOAUTH') return 'auth';
  // A certificate that does not verify arrives as a socket error whose cause names it.
  if (error.code === 'ETLS' || /CERT|SSL|TLS|SIGNATURE/.test(error.originalCode ?? '')) return 'tls';
  if (error.responseCode !== undefined) return 'server_refused';
  if (error.timeoutType === 'UPGRADE_TIMEOUT') return 'tls';
  if (error.timeoutType === 'GREETING_TIMEOUT' || error.timeoutType === 'SOCKET_TIMEOUT') return 'timeout';
  if (error.code === 'EPROTOCOL') return 'protocol';
  return 'unreachable';
}

/**
 * What an error during a message means.
 *
 * @param endWritten whether the final dot may have left us. From there on only a reply to the message
 * settles it; a lost connection proves nothing, for the reply may be what got lost.
 */
export function messageFailure(error: NodemailerError, endWritten: boolean): SendOutcome {
  const refused = refusal(error);
  if (refused) return refused;
  if (endWritten) return { kind: 'in_doubt', reason: doubtReason(error), detail: error.message };
  return notSent(lossReason(error), error);
}

/**
 * The server's own refusal, complete and in answer to a command. A reply cut off by a closing connection
 * comes as ECONNECTION and is no answer.
 */
function refusal(error: NodemailerError): SendOutcome | null {
  const answered = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  if (!answered || error.responseCode === undefined || error.response === undefined) return null;
  const { responseCode: code, response: reply } = error;
  const stage =
    error.code === 'EMESSAGE'
      ? 'message'
      : (refusalStages[error.command as keyof typeof refusalStages] ?? 'data');
  // Any other first digit is no refusal at all, only nonsense, and is met by trying again.
  const permanent = error.permanent === true;
  const status = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply)?.[1] ?? null;
  return { kind: 'refused', permanent, stage, code, status, reply };
}

function lossReason(error: NodemailerError): NotSentReason {
  if (error.code === 'ETIMEDOUT') return 'timeout';
  if (error.code === 'EPROTOCOL') return 'protocol';
  if (error.code === 'EMESSAGE') return 'too_large';
  return 'connection_lost';
}

function doubtReason(error: NodemailerError): Extract<SendOutcome, { kind: 'in_doubt' }>['reason'] {
  if (error.code === 'ETIMEDOUT') return 'timeout';
  return error.code === 'EPROTOCOL' ? 'protocol' : 'connection_lost';
}

function notSent(reason: NotSentReason, error: NodemailerError): NotSent {
  return { kind: 'not_sent', reason, detail: error.message, reply: error.response ?? null };
}

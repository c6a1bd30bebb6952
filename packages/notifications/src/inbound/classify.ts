import type { ReplyClass, ReplyGiven, ReplyKind } from './classify.types.js';
import { wordsOf } from './provider-words.js';

/** RFC 3463 by subject and detail. What is left out says nothing by itself: the code decides. */
const byStatus: Record<string, ReplyKind> = {
  '1.1': 'address_dead',
  '1.2': 'address_dead',
  '1.3': 'address_dead',
  '1.6': 'address_dead',
  '1.7': 'sender',
  '1.8': 'sender',
  '1.9': 'sender',
  '1.10': 'address_dead',
  '2.1': 'address_dead',
  '2.2': 'mailbox_full',
  '2.3': 'content',
  '3.1': 'temporary',
  '3.2': 'temporary',
  '3.4': 'content',
  '4.1': 'temporary',
  '4.2': 'temporary',
  '4.3': 'temporary',
  '4.5': 'temporary',
  '4.7': 'temporary',
  '5.3': 'rate_limited',
  '6.0': 'content',
  '6.1': 'content',
  '6.2': 'content',
  '6.3': 'content',
  '6.5': 'content',
  '7.0': 'blocked',
  '7.1': 'blocked',
  '7.2': 'blocked',
  '7.20': 'sender',
  '7.21': 'sender',
  '7.22': 'sender',
  '7.23': 'sender',
  '7.24': 'sender',
  '7.25': 'sender',
  '7.26': 'sender',
  '7.27': 'sender',
  '7.28': 'rate_limited',
};

/** RFC 5321 where nothing else is said: of the recipient, and of the message. */
const byCode: Record<number, { recipient: ReplyKind; message: ReplyKind }> = {
  521: { recipient: 'address_dead', message: 'other' },
  541: { recipient: 'blocked', message: 'blocked' },
  550: { recipient: 'address_dead', message: 'content' },
  551: { recipient: 'address_dead', message: 'other' },
  552: { recipient: 'mailbox_full', message: 'content' },
  553: { recipient: 'address_dead', message: 'other' },
  554: { recipient: 'other', message: 'content' },
  556: { recipient: 'address_dead', message: 'other' },
};

const senderCodes = new Set([530, 534, 535, 538]);

/**
 * What a mail server's refusal, or a report of one, means. The one classifier: replies on the wire, delivery status
 * notifications and webhooks are all read by it.
 *
 * The words of well-known providers go first, for many give one code for everything; then the status of RFC 3463; then
 * the code of RFC 5321. What is only said for now (4xx) is never held to be a dead address.
 */
export function classifyReply(given: ReplyGiven): ReplyClass {
  const status = /^([245])\.(\d{1,3}\.\d{1,3})$/.exec(given.status ?? '');
  const permanent = given.code === null ? status?.[1] === '5' : given.code >= 500;
  const kind = kindOf(given, status?.[2] ?? null, permanent);
  // A limit passes, whatever code it is told with.
  if (kind === 'rate_limited') return { kind, permanent: false };
  if (kind === 'address_dead' && !permanent) return { kind: 'temporary', permanent };
  return { kind, permanent };
}

function kindOf({ code, text, stage }: ReplyGiven, detail: string | null, permanent: boolean): ReplyKind {
  const words = wordsOf(text);
  // Before a recipient was named nothing can be about one.
  if (stage === 'mail' || stage === 'connect') {
    if (words === 'rate_limited' || words === 'blocked' || words === 'temporary') return words;
    if (!permanent) return 'temporary';
    return stage === 'mail' ? 'sender' : 'blocked';
  }
  if (words !== null) return words;
  const said = detail === null ? undefined : byStatus[detail];
  if (said !== undefined) return said;
  // A subject that says where the trouble lies, with a detail that is in no list.
  if (detail?.startsWith('7.')) return 'blocked';
  if (detail === '1.0') return 'address_dead';
  if (code === null && detail === null) return 'other';
  if (!permanent) return 'temporary';
  if (detail !== null && !detail.endsWith('.0')) return 'other';
  if (code === null) return 'other';
  if (senderCodes.has(code)) return 'sender';
  return byCode[code]?.[stage === 'rcpt' || stage === 'report' ? 'recipient' : 'message'] ?? 'other';
}

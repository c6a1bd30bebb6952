import type { ParsedMail } from 'mailparser';
import { isAutoReply, isFromMailServer, isMailing } from './auto-reply.js';
import { readDeliveryStatus } from './delivery-status.js';
import { addressIn, readBlocks, readFields } from './fields.js';
import { readPlainBounce } from './plain-bounce.js';
import type { MailReport, NamedMessage } from './report.types.js';

/** What follows is the end of an attachment at the best: every report says what it has to say before. */
const readAtMost = 512 * 1024;
const excerptLength = 500;

/**
 * Reads a mail that came back: a delivery status notification (RFC 3464), a bounce in prose, a complaint (RFC 5965), an
 * answer by a machine, an answer by a person. Never throws, whatever it is given.
 */
export async function readReport(raw: Buffer): Promise<MailReport> {
  // Loaded here because it is large, and of all processes only those that get mail need it.
  const { simpleParser } = await import('mailparser');
  const read = raw.subarray(0, readAtMost);
  const mail = await simpleParser(read, {
    keepDeliveryStatus: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  }).catch(() => null);
  return mail ? classify(mail) : nothing;
}

const nothing: MailReport = {
  ...{ kind: 'other', about: { deliveryIds: [], messageIds: [] }, messageId: null, at: null, excerpt: '' },
};

function classify(mail: ParsedMail): MailReport {
  const header = readFields(mail.headerLines.map(({ line }) => line).join('\n'));
  if (mail.subject) header.set('subject', mail.subject);
  const text = textOf(mail);
  const common = {
    messageId: messageIdsIn(header.get('message-id'))[0] ?? null,
    at: mail.date && !Number.isNaN(mail.date.getTime()) ? mail.date : null,
    excerpt: text.replaceAll(/\s+/g, ' ').trim().slice(0, excerptLength),
  };
  const about = namedIn(mail, text);

  const feedback = partOf(mail, 'message/feedback-report');
  if (feedback !== null) return { ...common, about, ...readFeedback(feedback) };
  const status = partOf(mail, 'message/delivery-status', 'message/global-delivery-status');
  const recipients = status === null ? [] : readDeliveryStatus(status);
  if (recipients.length > 0) return { ...common, about, kind: 'status', recipients };
  if (isFromMailServer(header) || status !== null) {
    const prose = readPlainBounce(text, header.get('x-failed-recipients') ?? null);
    if (prose) return { ...common, about, kind: 'status', recipients: prose };
  }
  const answered = ['in-reply-to', 'references'].flatMap((name) => messageIdsIn(header.get(name)).reverse());
  const answer = {
    ...common,
    about: { ...about, messageIds: [...new Set([...answered, ...about.messageIds])] },
  };
  if (isAutoReply(header)) return { ...answer, kind: 'auto_reply' };
  return { ...answer, kind: isFromMailServer(header) || isMailing(header) ? 'other' : 'reply' };
}

/** RFC 5965: who presses the button says abuse or opt-out; the other types are not a reader's word. */
function readFeedback(text: string): { kind: 'complaint'; address: string | null } | { kind: 'other' } {
  const fields = readBlocks(text)[0] ?? new Map<string, string>();
  const type = fields.get('feedback-type')?.toLowerCase() ?? 'abuse';
  if (!['abuse', 'opt-out', 'fraud', 'miscategorized'].includes(type)) return { kind: 'other' };
  const address = addressIn(fields.get('original-rcpt-to')) ?? addressIn(fields.get('removal-recipient'));
  return { kind: 'complaint', address };
}

/** The content of the first part of one of these types. */
function partOf(mail: ParsedMail, ...types: string[]): string | null {
  const part = mail.attachments.find(({ contentType }) => types.includes(contentType.toLowerCase()));
  return part ? part.content.toString('utf8') : null;
}

const returnedTypes = [
  'message/rfc822',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global',
  'message/global-headers',
];

/** What the message that came back says of itself: in a part of its own, or copied into the prose. */
function namedIn(mail: ParsedMail, text: string): NamedMessage {
  const part = partOf(mail, ...returnedTypes);
  const copied = part === null ? text : part.split(/\r?\n\r?\n/, 1)[0]!;
  const unfolded = copied.replaceAll(/\r?\n[ \t]+/g, ' ');
  const all = (name: string) => [
    ...unfolded.matchAll(new RegExp(`^[> \\t]*${name}:[ \\t]*(.{1,300})$`, 'gim')),
  ];
  return {
    deliveryIds: all('x-aftercare-delivery')
      .flatMap(([, value]) => /[0-9a-f-]{36}/i.exec(value!)?.[0].toLowerCase() ?? [])
      .slice(0, 100),
    messageIds: all('message-id')
      .flatMap(([, value]) => messageIdsIn(value))
      .slice(0, 10),
  };
}

function messageIdsIn(value: string | undefined): string[] {
  return (value?.slice(0, 4_000).match(/<[^<>\s]{1,250}@[^<>\s]{1,250}>/g) ?? []).slice(0, 20);
}

/** Some mail servers write HTML alone. */
function textOf(mail: ParsedMail): string {
  if (mail.text) return mail.text;
  return typeof mail.html === 'string' ? mail.html.replaceAll(/<[^<>]{0,2000}>/g, ' ') : '';
}

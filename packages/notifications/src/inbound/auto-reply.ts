import type { Fields } from './fields.js';

const subjects =
  /^(?:re: *)?(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|automatische antwort|r[ée]ponse automatique|respuesta autom[áa]tica|risposta automatica|out of (?:the )?office|ooo\b|away from|abwesenheit|abwesend|absence|fuera de la oficina|自动回复|自動回覆|不在|外出)/i;

/**
 * Whether a machine wrote an answer: RFC 3834's own field first, then what was in use before it, then the subjects of
 * mail programs that say nothing in their headers.
 */
export function isAutoReply(header: Fields): boolean {
  const submitted = header.get('auto-submitted')?.toLowerCase();
  if (submitted !== undefined) return !submitted.startsWith('no');
  if (/^(?:auto_reply|auto-reply)/i.test(header.get('precedence') ?? '')) return true;
  const marked = [
    'x-autoreply',
    'x-autorespond',
    'x-autoresponder',
    'x-auto-response-suppress',
    'x-mail-autoreply',
  ];
  if (marked.some((name) => header.has(name))) return true;
  // A receipt (RFC 8098) tells that a mail was shown, not that it was answered.
  if (/disposition-notification/i.test(header.get('content-type') ?? '')) return true;
  return subjects.test(header.get('subject') ?? '');
}

/** Mailings to many are no answers, though they may arrive where answers do. */
export function isMailing(header: Fields): boolean {
  return (
    header.has('list-id') ||
    header.has('list-unsubscribe') ||
    /^(?:bulk|list|junk)/i.test(header.get('precedence') ?? '')
  );
}

/** Whether a mail server wrote it, and not a person or their mail program. */
export function isFromMailServer(header: Fields): boolean {
  const from = header.get('from') ?? '';
  if (/mailer-daemon|postmaster@|mail delivery (?:sub)?system|mail administrator|mail-daemon/i.test(from))
    return true;
  return (
    header.has('x-failed-recipients') ||
    (header.get('return-path') === '<>' && /^(?:bounce|noreply|no-reply)/i.test(from))
  );
}

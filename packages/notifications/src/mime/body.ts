import { headerToken } from './header-text.js';
import { MailText } from './mail-text.js';
import { MessageError, type CalendarPart, type InlineFile, type MessageInput } from './mime.types.js';
import { base64Lines, quotedPrintable, type TransferEncoding } from './transfer.js';

type Content = Pick<MessageInput, 'html' | 'text' | 'calendar' | 'inline'>;

/** An entity (RFC 2045): its fields, each with its CRLF, and the pieces of what comes after the empty line. */
export type Entity = { fields: string; body: readonly string[] };

/**
 * The fields and the body of a message's content: plain text and HTML for the reader's program to choose from; the
 * pictures that the HTML shows beside it; an appointment both for programs that keep a calendar and as a file.
 *
 * @param base what boundaries are made of; the same base makes the same bytes.
 */
export function contentEntity(content: Content, encoding: TransferEncoding, base: string): Entity {
  const html = textEntity('text/html; charset=utf-8', content.html, encoding);
  const boundaries = boundaryMaker(base);
  const choices = [
    textEntity('text/plain; charset=utf-8', content.text, encoding),
    content.inline?.length
      ? multipart('related', [html, ...content.inline.map(inlineEntity)], encoding, boundaries)
      : html,
  ];
  if (!content.calendar) return multipart('alternative', choices, encoding, boundaries);
  const [appointment, file] = calendarEntities(content.calendar);
  const alternative = multipart('alternative', [...choices, appointment], encoding, boundaries);
  return multipart('mixed', [alternative, file], encoding, boundaries);
}

function textEntity(type: string, text: MailText | string, encoding: TransferEncoding): Entity {
  const { octets } = typeof text === 'string' ? MailText.of(text) : text;
  return {
    fields: `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n`,
    body: [encoding === '8bit' ? octets : quotedPrintable(octets)],
  };
}

function multipart(
  kind: 'alternative' | 'related' | 'mixed',
  parts: readonly Entity[],
  encoding: TransferEncoding,
  boundaries: (parts: readonly Entity[]) => string,
): Entity {
  const boundary = boundaries(parts);
  const body: string[] = [];
  let before = '';
  for (const part of parts) {
    body.push(`${before}--${boundary}\r\n${part.fields}\r\n`, ...part.body);
    before = '\r\n';
  }
  body.push(`${before}--${boundary}--\r\n`);
  const type = `multipart/${kind}${kind === 'related' ? '; type="text/html"' : ''}`;
  return {
    // RFC 2045 section 6.4: what holds 8bit parts is 8bit, and a multipart is never quoted-printable.
    fields: `Content-Type: ${type};\r\n boundary="${boundary}"\r\n${encoding === '8bit' ? 'Content-Transfer-Encoding: 8bit\r\n' : ''}`,
    body,
  };
}

/** Boundaries that stand nowhere in what they bound: data may come from people who know how others look. */
function boundaryMaker(base: string): (parts: readonly Entity[]) => string {
  const stem = `=_${base.slice(0, 50)}_`;
  let count = 0;
  return (parts) => {
    for (;;) {
      const boundary = `${stem}${(count += 1)}=`;
      if (!parts.some(({ body }) => body.some((piece) => holds(piece, boundary)))) return boundary;
    }
  };
}

/** HTML is full of equals signs, each of which would be looked at; there is hardly an underscore in it. */
function holds(piece: string, boundary: string): boolean {
  return piece.includes(boundary.slice(1)) && piece.includes(boundary);
}

// A logo is the same in a million messages.
const encodedFiles = new WeakMap<Buffer, string>();

function inlineEntity({ cid, contentType, filename, content }: InlineFile): Entity {
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(contentType) || !/^[\w.+-]+(@[\w.-]+)?$/.test(cid))
    throw new MessageError(
      'bad_file',
      'A file shown in the HTML has no content type or no name to show it by.',
    );
  const octets = encodedFiles.get(content) ?? base64Lines(content);
  encodedFiles.set(content, octets);
  const named = `"${headerToken(filename)}"`;
  return {
    fields:
      `Content-Type: ${contentType}; name=${named}\r\nContent-ID: <${cid}>\r\n` +
      `Content-Disposition: inline; filename=${named}\r\nContent-Transfer-Encoding: base64\r\n`,
    body: [octets],
  };
}

function calendarEntities({ method, content, filename = 'event.ics' }: CalendarPart): [Entity, Entity] {
  const body = [base64Lines(Buffer.from(MailText.of(content).octets, 'latin1'))];
  const named = `"${headerToken(filename)}"`;
  const encoding = 'Content-Transfer-Encoding: base64\r\n';
  return [
    { fields: `Content-Type: text/calendar; charset=utf-8; method=${method}\r\n${encoding}`, body },
    {
      fields: `Content-Type: application/ics; name=${named}\r\nContent-Disposition: attachment; filename=${named}\r\n${encoding}`,
      body,
    },
  ];
}

/** A server's answer: its lines as they came, without their CRLF, joined by line feeds. */
export type Reply = { code: number; text: string };

/** What a server said is no SMTP reply (RFC 5321 section 4.2). */
export class NoReply extends Error {
  constructor(said: string) {
    super(`The server said what is no SMTP reply: ${JSON.stringify(said.slice(0, 100))}`);
    this.name = 'NoReply';
  }
}

/** Far more than any server has to say at a time; only one that never comes to an end reaches it. */
const longest = 64 * 1024;

/** Puts replies together from what comes over a connection, wherever it was cut. */
export class ReplyReader {
  #rest = '';
  #text = '';
  #code = 0;

  /** Whether something has come that is not yet a whole reply. */
  get isAmidst(): boolean {
    return this.#rest !== '' || this.#text !== '';
  }

  /**
   * The replies that are whole now.
   * @param octets one to a character.
   * @throws NoReply at anything that is none.
   */
  read(octets: string): Reply[] {
    const replies: Reply[] = [];
    const heard = this.#rest + octets;
    let from = 0;
    for (let end = heard.indexOf('\n'); end !== -1; end = heard.indexOf('\n', from)) {
      const line = heard.slice(from, heard.charCodeAt(end - 1) === 0x0d ? end - 1 : end);
      from = end + 1;
      const reply = this.#take(line);
      if (reply) replies.push(reply);
    }
    this.#rest = heard.slice(from);
    if (this.#rest.length + this.#text.length > longest) throw new NoReply(this.#text || this.#rest);
    return replies;
  }

  #take(line: string): Reply | null {
    // Some servers say nothing with an empty line; it answers nothing.
    if (line === '' && this.#text === '') return null;
    const code = codeOf(line);
    const mark = line.charAt(3);
    if (code === null || (this.#text !== '' && code !== this.#code)) throw new NoReply(line);
    const text = this.#text === '' ? line : `${this.#text}\n${line}`;
    if (mark === '-') {
      this.#text = text;
      this.#code = code;
      return null;
    }
    this.#text = '';
    return { code, text: readable(text) };
  }
}

/** Three digits, and after them a space, a hyphen or nothing. */
function codeOf(line: string): number | null {
  const mark = line.charCodeAt(3);
  if (line.length > 3 && mark !== 0x20 && mark !== 0x2d) return null;
  let code = 0;
  for (let at = 0; at < 3; at += 1) {
    const digit = line.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return null;
    code = code * 10 + digit;
  }
  return code;
}

/** No charset is agreed on for replies; nearly all beyond ASCII are in UTF-8. */
function readable(octets: string): string {
  if (!/[\u0080-\u00ff]/.test(octets)) return octets;
  const text = Buffer.from(octets, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? octets : text;
}

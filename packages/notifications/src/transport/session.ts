import { isAscii } from 'node:buffer';
import { openWire, type Features } from './opening.js';
import { inDoubt, isRefusal, notSent, refused, type Refused } from './outcome.js';
import type { Reply } from './reply.js';
import type { SmtpServer } from './smtp-url.js';
import { dotStuffed, endOf } from './stuffing.js';
import type { OutgoingMessage, SendOutcome, SmtpTimeouts } from './transport.types.js';
import type { Wire, WireEnd } from './wire.js';

const chunkBytes = 64 * 1024;
const farewellMs = 2_000;

/** What the next reply answers; `ending` is the lone dot of a message that is not going to be sent. */
type Stage = 'idle' | 'mail' | 'rcpt' | 'data' | 'message' | 'ending' | 'reset' | 'quit';

/** One open, signed-in connection; carries one message at a time. */
export class SmtpSession {
  #stage: Stage = 'idle';
  #message: OutgoingMessage | null = null;
  /** The first no to the message under way; with PIPELINING the answers behind it must still come in. */
  #refusal: Refused | null = null;
  /** Whether the final dot may have left us. From there on only a reply to the message settles it. */
  #endWritten = false;
  #patience: NodeJS.Timeout | undefined;
  #settle: (outcome: SendOutcome) => void = () => undefined;
  #whenReset: () => void = () => undefined;

  private constructor(
    private readonly wire: Wire,
    private readonly features: Features,
    /** The longest a whole message may take, however lively the server seems. */
    private readonly withinMs: number,
  ) {
    wire.listener = {
      replied: (reply, isLast) => this.#replied(reply, isLast),
      ended: (end) => this.#ended(end),
    };
  }

  /** @throws NotOpened when there is no connection, no signing in, or `stop` came first. */
  static async open(server: SmtpServer, timeouts: SmtpTimeouts, stop: AbortSignal): Promise<SmtpSession> {
    const { wire, features } = await openWire(server, timeouts, stop);
    return new SmtpSession(wire, features, timeouts.message);
  }

  /** False once the server, an error or we have ended it. */
  get usable(): boolean {
    return this.wire.isOpen && this.#stage !== 'quit';
  }

  /** Whether the server takes messages with octets beyond ASCII (RFC 6152). */
  get offers8bit(): boolean {
    return this.features.eightBit;
  }

  send(message: OutgoingMessage): Promise<SendOutcome> {
    const { raw, envelope } = message;
    const { largest, size, eightBit, pipelining } = this.features;
    const ascii = isAscii(raw);
    if (!this.usable) return Promise.resolve(notSent('connection_lost', 'The connection was closed.'));
    if (largest > 0 && raw.length > largest)
      return Promise.resolve(
        notSent('too_large', `The server takes ${largest} bytes, the message has ${raw.length}.`),
      );
    if (!ascii && !eightBit)
      return Promise.resolve(notSent('protocol', 'The server does not take 8bit messages.'));
    return new Promise((resolve) => {
      this.#beginPatience();
      this.#settle = (outcome) => {
        this.#message = null;
        if (this.#stage !== 'quit') this.#stage = 'idle';
        resolve(outcome);
      };
      this.#message = message;
      this.#refusal = null;
      this.#endWritten = false;
      this.#stage = 'mail';
      const mail = `MAIL FROM:<${envelope.from}>${ascii ? '' : ' BODY=8BITMIME'}${size ? ` SIZE=${raw.length}` : ''}\r\n`;
      this.wire.write(pipelining ? `${mail}RCPT TO:<${envelope.to}>\r\nDATA\r\n` : mail);
    });
  }

  /** One timer for the whole session, begun anew by each message: most of them are done long before it rings. */
  #beginPatience(): void {
    if (this.#patience) this.#patience.refresh();
    else
      this.#patience = setTimeout(() => {
        if (this.#message) this.abandon('timeout', 'The message took too long.');
      }, this.withinMs).unref();
  }

  /** Drops the connection at once and settles the message in flight by what may have been written. */
  abandon(reason: 'timeout' | 'closed', detail: string): void {
    this.close();
    if (this.#message) this.#settle(this.#verdict({ reason, detail }));
  }

  /** After a refusal: back to a clean state, or closed when the server will not have it. */
  async reset(): Promise<void> {
    if (!this.usable) return;
    await new Promise<void>((resolve) => {
      this.#whenReset = resolve;
      this.#stage = 'reset';
      this.wire.write('RSET\r\n');
    });
  }

  /** Says goodbye, and does not wait long for the answer. */
  quit(): void {
    if (!this.usable) return;
    this.#stage = 'quit';
    this.wire.write('QUIT\r\n');
    setTimeout(() => this.close(), farewellMs).unref();
  }

  close(): void {
    clearTimeout(this.#patience);
    this.wire.close();
    this.#whenReset();
  }

  #replied(reply: Reply, isLast: boolean): void {
    switch (this.#stage) {
      case 'mail':
      case 'rcpt':
      case 'data':
        return this.#answered(this.#stage, reply, isLast);
      case 'message':
        return this.#concluded(reply);
      case 'ending':
        return this.#settle(this.#refusal ?? notSent('protocol', reply.text, reply.text));
      case 'reset':
        if (!isGood(reply)) return this.close();
        this.#stage = 'idle';
        return this.#whenReset();
      default:
        // A server that speaks unasked (421, as a rule) is about to go, or has lost count of its answers.
        this.close();
    }
  }

  /** The answer to a command of the envelope. */
  #answered(stage: 'mail' | 'rcpt' | 'data', reply: Reply, isLast: boolean): void {
    const { pipelining } = this.features;
    const good = stage === 'data' ? reply.code >= 300 && reply.code < 400 : isGood(reply);
    if (isRefusal(reply)) this.#refusal ??= refused(stage, reply);
    // An answer that came before its question counts for another one: from here on nothing would be certain.
    const outOfStep = !isLast && (stage === 'data' || !pipelining);
    if (reply.code === 421 || (!good && !isRefusal(reply)) || outOfStep) {
      this.close();
      return this.#settle(this.#refusal ?? notSent('protocol', `Unexpected: ${reply.text}`, reply.text));
    }
    if (this.#refusal && (!pipelining || (stage === 'data' && !good))) return this.#settle(this.#refusal);
    if (stage === 'data') return this.#refusal ? this.#sendNothing() : this.#sendBody();
    this.#stage = stage === 'mail' ? 'rcpt' : 'data';
    if (!pipelining) this.wire.write(stage === 'mail' ? `RCPT TO:<${this.#recipient}>\r\n` : 'DATA\r\n');
  }

  get #recipient(): string {
    return this.#message?.envelope.to ?? '';
  }

  /** RFC 2920 section 3.1: the server waits for a message though it has refused it, and gets one without a word. */
  #sendNothing(): void {
    this.#stage = 'ending';
    this.wire.write('.\r\n');
  }

  #sendBody(): void {
    const message = this.#message;
    if (!message) return;
    this.#stage = 'message';
    const body = dotStuffed(message.raw);
    const end = endOf(message.raw);
    // In slices, so that a server which stops reading holds the end of the message back too.
    const sendFrom = (from: number): void => {
      if (this.#message !== message || this.#stage !== 'message') return;
      if (body.length - from <= chunkBytes) {
        this.#endWritten = true;
        this.wire.writeTogether(from === 0 ? body : body.subarray(from), end);
      } else {
        this.wire.write(body.subarray(from, from + chunkBytes), () => sendFrom(from + chunkBytes));
      }
    };
    sendFrom(0);
  }

  /** The answer to the message. */
  #concluded(reply: Reply): void {
    const { text } = reply;
    const final = this.#endWritten;
    // An answer to half a message leaves the rest of it in the way of the next one.
    if (!final || reply.code === 421 || !(isGood(reply) || isRefusal(reply))) this.close();
    if (isRefusal(reply)) return this.#settle(refused('message', reply));
    if (isGood(reply) && final) return this.#settle({ kind: 'accepted', reply: text });
    if (isGood(reply)) return this.#settle(inDoubt('protocol', `Accepted before it was complete: ${text}`));
    this.#settle(this.#verdict({ reason: 'protocol', detail: `Unexpected: ${text}` }));
  }

  #ended(end: WireEnd): void {
    clearTimeout(this.#patience);
    if (this.#message) this.#settle(this.#verdict(end));
    this.#whenReset();
  }

  /** What it means for the message under way that nothing more will be heard of it. */
  #verdict({ reason, detail }: { reason: WireEnd['reason'] | 'closed'; detail: string }): SendOutcome {
    if (this.#refusal) return this.#refusal;
    return this.#endWritten ? inDoubt(reason, detail) : notSent(reason, detail);
  }
}

function isGood({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

import { openWire, type Features } from './opening.js';
import { inDoubt, isRefusal, notSent, refused } from './outcome.js';
import type { Reply } from './reply.js';
import type { SmtpServer } from './smtp-url.js';
import { dotStuffed, endOf } from './stuffing.js';
import { beginning, envelopeOf, mailOf, obstacleTo, rcptOf, type Transaction } from './transaction.js';
import type { NextMessage, OutgoingMessage, SendOutcome, SmtpTimeouts } from './transport.types.js';
import type { Wire, WireEnd } from './wire.js';

const chunkBytes = 64 * 1024;
const farewellMs = 2_000;

/**
 * What the next reply answers. `asked`: the server waits for a message that is only announced; `ending` is the lone dot
 * of a message that is not going to be sent.
 */
type Stage = 'idle' | 'mail' | 'rcpt' | 'data' | 'asked' | 'message' | 'ending' | 'reset' | 'quit';

/** One open, signed-in connection; carries one message at a time. */
export class SmtpSession {
  #stage: Stage = 'idle';
  #current: Transaction | null = null;
  /** Its envelope went with the end of the current message. */
  #announced: Transaction | null = null;
  #patience: NodeJS.Timeout | undefined;
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

  /** The message that the server expects next; it has to be sent over this session, or the session closed. */
  get announced(): OutgoingMessage | null {
    const waiting = this.#announced ?? this.#current;
    return waiting?.settle === null ? waiting.message : null;
  }

  /**
   * @param next asked when the end of the message is written: with PIPELINING the envelope of that one goes along, so
   *   that the server has asked for it by the time it may go (RFC 2920 section 3.1).
   */
  send(message: OutgoingMessage, next: NextMessage): Promise<SendOutcome> {
    if (!this.usable) return Promise.resolve(notSent('connection_lost', 'The connection was closed.'));
    const current = this.announced === message ? this.#current : null;
    const obstacle = current ? null : obstacleTo(message, this.features);
    if (obstacle) return Promise.resolve(obstacle);
    return new Promise((resolve) => {
      this.#beginPatience();
      if (current) return this.#goOn(Object.assign(current, { next, settle: resolve }));
      this.#current = { ...beginning(message), next, settle: resolve };
      this.#stage = 'mail';
      const speak = this.features.pipelining ? envelopeOf : mailOf;
      this.wire.write(speak(message, this.features));
    });
  }

  /** Somebody has said that the message which was announced may go. */
  #goOn({ outcome }: Transaction): void {
    if (outcome) this.#settle(outcome);
    else if (this.#stage === 'asked') this.#sendBody();
  }

  /** One timer for the whole session, begun anew by each message: most of them are done long before it rings. */
  #beginPatience(): void {
    if (this.#patience) this.#patience.refresh();
    else
      this.#patience = setTimeout(() => {
        if (this.#current?.settle) this.abandon('timeout', 'The message took too long.');
      }, this.withinMs).unref();
  }

  /** Drops the connection at once and settles the message in flight by what may have been written. */
  abandon(reason: 'timeout' | 'closed', detail: string): void {
    this.close();
    this.#settle(this.#verdict({ reason, detail }));
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
        return this.#settle(this.#current?.refusal ?? notSent('protocol', reply.text, reply.text));
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
    const current = this.#current;
    if (!current) return;
    const { pipelining } = this.features;
    const good = stage === 'data' ? reply.code >= 300 && reply.code < 400 : isGood(reply);
    if (isRefusal(reply)) current.refusal ??= refused(stage, reply);
    // An answer that came before its question counts for another one: from here on nothing would be certain.
    const outOfStep = !isLast && (stage === 'data' || !pipelining);
    if (reply.code === 421 || (!good && !isRefusal(reply)) || outOfStep) {
      this.close();
      return this.#settle(current.refusal ?? notSent('protocol', `Unexpected: ${reply.text}`, reply.text));
    }
    if (current.refusal && (!pipelining || (stage === 'data' && !good))) return this.#settle(current.refusal);
    if (stage === 'data') return current.refusal ? this.#sendNothing() : this.#asked(current);
    this.#stage = stage === 'mail' ? 'rcpt' : 'data';
    if (!pipelining) this.wire.write(stage === 'mail' ? rcptOf(current.message) : 'DATA\r\n');
  }

  /** RFC 2920 section 3.1: the server waits for a message though it has refused it, and gets one without a word. */
  #sendNothing(): void {
    this.#stage = 'ending';
    this.wire.write('.\r\n');
  }

  #asked({ settle }: Transaction): void {
    if (settle) this.#sendBody();
    else this.#stage = 'asked';
  }

  #sendBody(): void {
    const current = this.#current;
    if (!current) return;
    this.#stage = 'message';
    const { raw } = current.message;
    const body = dotStuffed(raw);
    // In slices, so that a server which stops reading holds the end of the message back too.
    const sendFrom = (from: number): void => {
      if (this.#current !== current || this.#stage !== 'message') return;
      if (body.length - from <= chunkBytes) {
        current.endWritten = true;
        this.wire.writeTogether(
          from === 0 ? body : body.subarray(from),
          endOf(raw) + this.#announce(current.next()),
        );
      } else {
        this.wire.write(body.subarray(from, from + chunkBytes), () => sendFrom(from + chunkBytes));
      }
    };
    sendFrom(0);
  }

  /** What is said of the next message behind the end of this one. */
  #announce(message: OutgoingMessage | null): string {
    if (!message || !this.features.pipelining || obstacleTo(message, this.features)) return '';
    this.#announced = beginning(message);
    return envelopeOf(message, this.features);
  }

  /** The answer to the message. */
  #concluded(reply: Reply): void {
    const { text } = reply;
    const final = this.#current?.endWritten;
    // An answer to half a message leaves the rest of it in the way of the next one.
    if (!final || reply.code === 421 || !(isGood(reply) || isRefusal(reply))) this.close();
    if (isRefusal(reply)) return this.#settle(refused('message', reply));
    if (isGood(reply) && final) return this.#settle({ kind: 'accepted', reply: text });
    if (isGood(reply)) return this.#settle(inDoubt('protocol', `Accepted before it was complete: ${text}`));
    this.#settle(this.#verdict({ reason: 'protocol', detail: `Unexpected: ${text}` }));
  }

  #ended(end: WireEnd): void {
    clearTimeout(this.#patience);
    this.#settle(this.#verdict(end));
    this.#whenReset();
  }

  /** Ends the message under way. The one announced behind it, if any, is the one whose answers come next. */
  #settle(outcome: SendOutcome): void {
    const current = this.#current;
    if (!current) return;
    if (current.settle) {
      this.#current = this.#announced;
      this.#announced = null;
      this.#stage = this.#current ? 'mail' : 'idle';
      current.settle(outcome);
    } else {
      current.outcome = outcome;
      this.#stage = 'idle';
    }
  }

  /** What it means for the message under way that nothing more will be heard of it. */
  #verdict({ reason, detail }: { reason: WireEnd['reason'] | 'closed'; detail: string }): SendOutcome {
    if (this.#current?.refusal) return this.#current.refusal;
    return this.#current?.endWritten ? inDoubt(reason, detail) : notSent(reason, detail);
  }
}

function isGood({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

import { NotOpened, openingReason, type NotSent } from './outcome.js';
import type { Reply } from './reply.js';
import type { SmtpServer } from './smtp-url.js';
import type { NotSentReason, SmtpTimeouts } from './transport.types.js';
import { Wire, type WireEnd } from './wire.js';

/** What a server says it can do (RFC 1870, 2920, 6152). */
export type Features = {
  pipelining: boolean;
  eightBit: boolean;
  size: boolean;
  /** The largest message it takes, in octets; 0 when it does not say. */
  largest: number;
};

type Greeting = Features & { startTls: boolean; auth: readonly string[] | null };

/**
 * Connects, says hello, goes over to TLS and signs in, as far as the server and its URL ask for it.
 *
 * @throws NotOpened saying why there is no connection.
 */
export async function openWire(
  server: SmtpServer,
  timeouts: SmtpTimeouts,
  stop: AbortSignal,
): Promise<{ wire: Wire; features: Features }> {
  const opening = new Opening(server, timeouts);
  const giveUp = () => opening.fail('closed', 'Sending has been stopped.');
  stop.addEventListener('abort', giveUp);
  try {
    const features = await opening.run();
    return { wire: opening.wire, features };
  } catch (error) {
    opening.wire.close();
    throw error;
  } finally {
    stop.removeEventListener('abort', giveUp);
  }
}

/** A conversation of one question at a time. */
class Opening {
  readonly wire: Wire;
  #answer: ((reply: Reply) => void) | null = null;
  #reject: (failure: NotOpened) => void = () => undefined;
  /** Why, when the connection ends in this stretch of the way. */
  #reasonOf: (end: WireEnd) => NotSentReason = openingReason;
  #phase: NodeJS.Timeout | undefined;
  readonly #failed: Promise<never>;
  readonly #connected: Promise<void>;

  constructor(
    private readonly server: SmtpServer,
    private readonly timeouts: SmtpTimeouts,
  ) {
    this.#failed = new Promise<never>((_resolve, reject) => (this.#reject = reject));
    // Failing is heard of by whoever waits at the time, and somebody always does until the end.
    this.#failed.catch(() => undefined);
    let ready = (): void => undefined;
    this.#connected = new Promise<void>((resolve) => (ready = resolve));
    this.wire = Wire.open(server.options, () => ready());
    this.wire.listener = {
      replied: (reply, isLast) => this.#replied(reply, isLast),
      ended: (end) => this.fail(this.#reasonOf(end), end.detail),
    };
  }

  async run(): Promise<Features> {
    const { options, auth } = this.server;
    this.#within(this.timeouts.connection, 'unreachable', 'No connection came about in time.');
    await this.#or(this.#connected);
    this.#within(this.timeouts.greeting, 'timeout', 'The server did not greet.');
    this.wire.setSilence(this.timeouts.silence);
    const greeting = await this.#ask(null);
    clearTimeout(this.#phase);
    if (greeting.code !== 220) throw refused(greeting, 'server_refused');
    let hello = await this.#hello();
    if (!options.secure && (options.requireTLS || (hello.startTls && !options.ignoreTLS))) {
      if (!hello.startTls)
        throw new NotOpened('tls', 'The server does not offer STARTTLS, which is demanded.', null);
      await this.#startTls();
      hello = await this.#hello();
    }
    if (auth && hello.auth) await this.#signIn(auth, hello.auth);
    clearTimeout(this.#phase);
    return hello;
  }

  fail(reason: NotSentReason, detail: string, reply: string | null = null): void {
    clearTimeout(this.#phase);
    this.#reject(new NotOpened(reason, detail, reply));
  }

  async #hello(): Promise<Greeting> {
    const { name, requireTLS } = this.server.options;
    const reply = await this.#ask(`EHLO ${name}`);
    if (isGood(reply)) return readHello(reply.text);
    if (reply.code === 421 || requireTLS) throw refused(reply, 'server_refused');
    const old = await this.#ask(`HELO ${name}`);
    if (!isGood(old)) throw refused(old, 'server_refused');
    // Before there was EHLO nothing was offered; a server that wants a name and password may still take them.
    return { ...readHello(''), auth: [] };
  }

  async #startTls(): Promise<void> {
    const reply = await this.#ask('STARTTLS');
    if (!isGood(reply)) throw refused(reply, 'tls');
    this.#reasonOf = () => 'tls';
    this.#within(this.timeouts.greeting, 'tls', 'TLS did not come about in time.');
    await this.#or(new Promise<void>((resolve) => this.wire.secure(resolve)));
    clearTimeout(this.#phase);
    this.#reasonOf = openingReason;
    this.wire.setSilence(this.timeouts.silence);
  }

  async #signIn({ user, pass }: NonNullable<SmtpServer['auth']>, offered: readonly string[]): Promise<void> {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    if (offered.length === 0 || offered.includes('PLAIN')) {
      const reply = await this.#ask(`AUTH PLAIN ${base64(`\0${user}\0${pass}`)}`);
      if (!isGood(reply)) throw refused(reply, 'auth');
      return;
    }
    if (!offered.includes('LOGIN'))
      throw new NotOpened(
        'auth',
        `The server offers no way of signing in that we know: ${offered.join(', ')}.`,
        null,
      );
    for (const line of ['AUTH LOGIN', base64(user)]) {
      const reply = await this.#ask(line);
      if (reply.code !== 334) throw refused(reply, 'auth');
    }
    const reply = await this.#ask(base64(pass));
    if (!isGood(reply)) throw refused(reply, 'auth');
  }

  #ask(line: string | null): Promise<Reply> {
    const answer = new Promise<Reply>((resolve) => (this.#answer = resolve));
    if (line !== null) this.wire.write(`${line}\r\n`);
    return this.#or(answer);
  }

  #replied(reply: Reply, isLast: boolean): void {
    const answer = this.#answer;
    this.#answer = null;
    // Said before it was asked: whoever put it there, the server or someone between, it is no answer of ours.
    if (!answer || !isLast) return this.fail('protocol', `Said unasked: ${reply.text}`, reply.text);
    answer(reply);
  }

  #or<T>(wanted: Promise<T>): Promise<T> {
    return Promise.race([wanted, this.#failed]);
  }

  #within(milliseconds: number, reason: NotSentReason, detail: string): void {
    clearTimeout(this.#phase);
    this.#phase = setTimeout(() => this.fail(reason, detail), milliseconds);
  }
}

function isGood({ code }: Reply): boolean {
  return code >= 200 && code < 300;
}

function refused({ text }: Reply, reason: NotSent['reason']): NotOpened {
  return new NotOpened(reason, text, text);
}

/** The extensions that an answer to EHLO names, a line for each after the first. */
function readHello(text: string): Greeting {
  const lines = text.split('\n').slice(1);
  const words = lines.map((line) => line.slice(4).trim().toUpperCase());
  const has = (name: string) => words.some((word) => word === name || word.startsWith(`${name} `));
  const size = words.map((word) => /^SIZE(?:\s+(\d+))?$/.exec(word)).find(Boolean);
  // "AUTH=" is how some servers of long ago wrote it, and some still do.
  const auth = words.filter((word) => /^AUTH(?:[ =]|$)/.test(word));
  return {
    pipelining: has('PIPELINING'),
    eightBit: has('8BITMIME'),
    startTls: has('STARTTLS'),
    size: Boolean(size),
    largest: Number(size?.[1] ?? 0),
    auth: auth.length === 0 ? null : auth.flatMap((word) => word.split(/[\s=]+/).slice(1)),
  };
}

import { NotOpened, notSent, type NotSent } from './outcome.js';
import { SmtpSession } from './session.js';
import { defaultTimeouts, parseSmtpUrl, type SmtpServer } from './smtp-url.js';
import type {
  NextMessage,
  OutgoingMessage,
  SendOutcome,
  SmtpPoolOptions,
  SmtpTimeouts,
} from './transport.types.js';

type Job = { message: OutgoingMessage; next: NextMessage; resolve: (outcome: SendOutcome) => void };

const closedOutcome: NotSent = {
  kind: 'not_sent',
  reason: 'closed',
  detail: 'Sending has been stopped.',
  reply: null,
};

/**
 * Connections to one mail server, kept open and used again, each with one message in flight. How fast
 * messages may go is decided elsewhere.
 */
export class SmtpPool {
  readonly #server: SmtpServer;
  readonly #timeouts: SmtpTimeouts;
  readonly #connections: number;
  readonly #waiting: Job[] = [];
  readonly #idle = new Set<SmtpSession>();
  /** When an idle one is closed; begun anew each time, so that nothing is to be made or cleared for a message. */
  readonly #idleTimers = new WeakMap<SmtpSession, NodeJS.Timeout>();
  readonly #busy = new Set<SmtpSession>();
  /** Where messages have been announced that are still to be sent, or withdrawn. */
  readonly #promised = new Map<OutgoingMessage, SmtpSession>();
  readonly #working = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #offers8bit: boolean | null = null;

  /** Throws a TypeError when the URL is none. Connects to nobody yet. */
  constructor({ url, connections, timeouts }: SmtpPoolOptions) {
    this.#timeouts = { ...defaultTimeouts, ...timeouts };
    this.#server = parseSmtpUrl(url);
    this.#connections = connections;
  }

  /**
   * Whether messages may hold octets beyond ASCII: not before a server has said so, and never again once one behind
   * the same name has not.
   */
  get offers8bit(): boolean {
    return this.#offers8bit === true;
  }

  /**
   * Waits for a free connection. Never rejects: whatever happens is an outcome.
   *
   * @param next the message that the caller will send, or {@link withdraw}, once this one is settled. Where the server
   *   has PIPELINING it is announced with the end of this one, which saves a round trip and half of all packets.
   */
  send(message: OutgoingMessage, next: NextMessage = () => null): Promise<SendOutcome> {
    if (this.#stop.signal.aborted) return Promise.resolve(closedOutcome);
    return new Promise((resolve) => {
      const job = { message, next, resolve };
      const session = this.#promised.get(message);
      if (session) {
        this.#promised.delete(message);
        return this.#start(job, session);
      }
      this.#waiting.push(job);
      this.#startWaiting();
    });
  }

  /** A message that may have been announced is not going to be sent: nothing of it but its envelope was said. */
  withdraw(message: OutgoingMessage): void {
    this.#promised.get(message)?.close();
    if (this.#promised.delete(message)) this.#startWaiting();
  }

  /** Opens a connection, signs in and closes it: null, or why that failed. */
  async verify(): Promise<NotSent | null> {
    const session = await this.#open();
    if (!(session instanceof SmtpSession)) return session;
    session.quit();
    return null;
  }

  /**
   * Takes no more messages, gives up connections that are only being opened, lets those in flight settle for as long as `graceMs`, then drops their
   * connections: what may have been written whole is then in doubt.
   */
  async close(graceMs = 10_000): Promise<void> {
    this.#stop.abort();
    for (const job of this.#waiting.splice(0)) job.resolve(closedOutcome);
    for (const session of this.#idle) session.quit();
    for (const message of this.#promised.keys()) this.withdraw(message);
    const impatience = setTimeout(() => {
      for (const session of this.#busy) session.abandon('closed', 'Sending was stopped.');
    }, graceMs);
    await Promise.all(this.#working);
    clearTimeout(impatience);
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0 && this.#working.size + this.#promised.size < this.#connections) {
      const job = this.#waiting.shift();
      if (job) this.#start(job, this.#takeIdle());
    }
  }

  #start(job: Job, kept: SmtpSession | null): void {
    const work = this.#work(job, kept).finally(() => {
      this.#working.delete(work);
      this.#startWaiting();
    });
    this.#working.add(work);
  }

  async #work(job: Job, kept: SmtpSession | null): Promise<void> {
    const first = await this.#deliver(job, kept);
    // A server may end a kept connection at any moment: between two messages that is no failure of the
    // second one, so it gets a new connection before anyone hears of it.
    const stale = kept !== null && isFarewell(first.outcome);
    if (stale) first.session?.close();
    const { outcome, session } = stale ? await this.#deliver(job, null) : first;
    const announced = session?.announced;
    if (session && announced) {
      this.#busy.delete(session);
      this.#promised.set(announced, session);
    }
    job.resolve(outcome);
    if (!session || announced) return;
    if (outcome.kind === 'refused') await session.reset();
    this.#busy.delete(session);
    this.#keep(session);
  }

  async #deliver(
    { message, next }: Job,
    kept: SmtpSession | null,
  ): Promise<{ outcome: SendOutcome; session: SmtpSession | null }> {
    const session = kept ?? (await this.#open());
    if (!(session instanceof SmtpSession)) return { outcome: session, session: null };
    if (this.#stop.signal.aborted) return { outcome: closedOutcome, session };
    this.#busy.add(session);
    const outcome = await session.send(message, next);
    if (session.usable) return { outcome, session };
    this.#busy.delete(session);
    return { outcome, session: null };
  }

  async #open(): Promise<SmtpSession | NotSent> {
    try {
      const session = await SmtpSession.open(this.#server, this.#timeouts, this.#stop.signal);
      this.#offers8bit = session.offers8bit && this.#offers8bit !== false;
      return session;
    } catch (error) {
      if (this.#stop.signal.aborted) return closedOutcome;
      // Options of the URL that the system will not have are thrown as they come.
      return error instanceof NotOpened ? error.outcome : notSent('unreachable', String(error));
    }
  }

  #takeIdle(): SmtpSession | null {
    for (const session of this.#idle) {
      this.#idle.delete(session);
      if (session.usable) return session;
    }
    return null;
  }

  #keep(session: SmtpSession): void {
    if (!session.usable) return;
    if (this.#stop.signal.aborted) return session.quit();
    this.#idle.add(session);
    const timer = this.#idleTimers.get(session);
    if (timer) timer.refresh();
    else this.#idleTimers.set(session, this.#idleTimer(session));
  }

  #idleTimer(session: SmtpSession): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#idle.delete(session)) session.quit();
    }, this.#timeouts.idle).unref();
  }
}

/** The end of a session rather than a word about the message. */
function isFarewell(outcome: SendOutcome): boolean {
  if (outcome.kind === 'not_sent') return outcome.reason === 'connection_lost';
  return outcome.kind === 'refused' && outcome.code === 421 && outcome.stage !== 'message';
}

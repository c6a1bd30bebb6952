import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { NodemailerError } from 'nodemailer/lib/errors';
import { messageFailure } from './outcome.js';
import type { SmtpServer } from './smtp-url.js';
import type { OutgoingMessage, SendOutcome } from './transport.types.js';

const chunkBytes = 64 * 1024;
const farewellMs = 2_000;

/** One open, signed-in connection; carries one message at a time. */
export class SmtpSession {
  #usable = true;
  #settle: ((outcome: SendOutcome) => void) | null = null;
  #endWritten = false;

  private constructor(private readonly connection: SMTPConnection) {
    connection.once('end', () => (this.#usable = false));
  }

  /** Rejects with nodemailer's error when there is no connection, no signing in, or `stop` came first. */
  static open(server: SmtpServer, stop: AbortSignal): Promise<SmtpSession> {
    const connection = new SMTPConnection(server.options);
    const giveUp = () => connection.close();
    stop.addEventListener('abort', giveUp);
    const opening = new Promise<SmtpSession>((resolve, reject) => {
      const fail = (error: NodemailerError) => {
        // In this order: closing ends the connection, and its end has less to say than this error.
        reject(error);
        connection.close();
      };
      // Stays for the connection's life: errors also reach the callback of the message in flight, and
      // an 'error' nobody listens to would end the process.
      connection.on('error', fail);
      connection.once('end', () =>
        fail(Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' })),
      );
      connection.connect((error) => {
        if (error) return fail(error);
        if (!server.auth || !connection.allowsAuth) return resolve(new SmtpSession(connection));
        connection.login(server.auth, (refused) =>
          refused ? fail(refused) : resolve(new SmtpSession(connection)),
        );
      });
    });
    return opening.finally(() => stop.removeEventListener('abort', giveUp));
  }

  /** False once the server, or an error, has ended it. */
  get usable(): boolean {
    return this.#usable;
  }

  /** @param withinMs the longest the whole message may take, however lively the server seems. */
  send(message: OutgoingMessage, withinMs: number): Promise<SendOutcome> {
    const body = slices(message.raw);
    this.#endWritten = false;
    // Set before the stream's end reaches the transform that writes the final dot, so never too late.
    body.once('end', () => (this.#endWritten = true));
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.abandon('timeout', 'The message took too long.'), withinMs);
      this.#settle = (outcome) => {
        this.#settle = null;
        clearTimeout(timer);
        resolve(outcome);
      };
      const envelope = { ...message.envelope, size: message.raw.length };
      this.connection.send(envelope, body, (error, info) => {
        if (error) {
          this.#settle?.(messageFailure(error, this.#endWritten));
        } else if (this.#endWritten) {
          this.#settle?.({ kind: 'accepted', reply: info.response });
        } else {
          this.abandon('protocol', `Accepted before it was complete: ${info.response}`);
        }
        // An answer to half a message leaves the rest of it in the way of the next one.
        if (!this.#endWritten && body.readableDidRead) this.close();
      });
    });
  }

  /** Drops the connection at once and settles the message in flight by what may have been written. */
  abandon(reason: 'timeout' | 'closed' | 'protocol', detail: string): void {
    const settle = this.#settle;
    this.close();
    settle?.(
      this.#endWritten || reason === 'protocol'
        ? { kind: 'in_doubt', reason, detail }
        : { kind: 'not_sent', reason, detail, reply: null },
    );
  }

  /** After a refusal: back to a clean state, or closed when the server will not have it. */
  async reset(): Promise<void> {
    if (!this.#usable) return;
    await new Promise<void>((resolve) => {
      this.connection.once('end', resolve);
      this.connection.reset((error) => {
        this.connection.off('end', resolve);
        if (error) this.close();
        resolve();
      });
    });
  }

  /** Says goodbye, and does not wait long for the answer. */
  quit(): void {
    if (!this.#usable) return;
    this.#usable = false;
    this.connection.quit();
    setTimeout(() => this.connection.close(), farewellMs).unref();
  }

  close(): void {
    this.#usable = false;
    this.connection.close();
  }
}

/** In slices, so that a server which stops reading holds the end of the message back too. */
function slices(raw: Buffer): Readable {
  let from = 0;
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      this.push(from < raw.length ? raw.subarray(from, (from += chunkBytes)) : null);
    },
  });
}

import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NoReply, ReplyReader, type Reply } from './reply.js';
import type { SmtpServerOptions } from './smtp-url.js';

/** Replies have some dozens of octets; longer ones come in pieces. */
const readAtOnce = 4096;

/** How a connection ended that was not closed by us. */
export type WireEnd = { reason: 'connection_lost' | 'timeout' | 'protocol'; detail: string; code?: string };

/** Who gets what comes over a connection; `isLast` when nothing has come behind the reply yet. */
export type Listener = { replied(reply: Reply, isLast: boolean): void; ended(end: WireEnd): void };

/** One connection to a server: lines and bytes go out, whole replies come in. */
export class Wire {
  #socket: Socket;
  #reader = new ReplyReader();
  #isOpen = true;
  /** Whether STARTTLS has been agreed on. */
  #isSecuring = false;
  readonly #heard = (data: Buffer) => this.#hear(data.toString('latin1'));
  readonly #closed = () =>
    this.#end({ reason: 'connection_lost', detail: 'The server closed the connection.' });
  readonly #silent = () => this.#end({ reason: 'timeout', detail: 'The server fell silent.' });
  listener: Listener = { replied: () => undefined, ended: () => undefined };

  private constructor(
    private readonly options: SmtpServerOptions,
    ready: () => void,
  ) {
    const { host, port, secure, localAddress } = options;
    const place = { host, port, ...(localAddress === undefined ? {} : { localAddress }) };
    this.#socket = secure
      ? connectTls({ ...place, ...tlsOptions(options) }, ready)
      : connectPlain({ ...place, onread: this.#reading() }, ready);
    // Commands go out in the batches that belong together, so there is nothing to wait for more with.
    this.#socket.setNoDelay(true).setKeepAlive(true, 30_000);
    this.#listen(this.#socket);
  }

  /** Begins to connect; `ready` is called when bytes may go, over TLS where the options ask for it from the start. */
  static open(options: SmtpServerOptions, ready: () => void): Wire {
    return new Wire(options, ready);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Goes on over TLS. What came in the clear before that is not believed (RFC 3207 section 6). */
  secure(ready: () => void): void {
    const plain = this.#socket;
    this.#isSecuring = true;
    plain.off('data', this.#heard).off('end', this.#closed).off('close', this.#closed);
    plain.setTimeout(0, this.#silent);
    this.#reader = new ReplyReader();
    this.#socket = connectTls({ socket: plain, host: this.options.host, ...tlsOptions(this.options) }, ready);
    this.#listen(this.#socket);
  }

  /** Ends the connection when nothing has moved on it for so long. */
  setSilence(milliseconds: number): void {
    this.#socket.setTimeout(milliseconds);
  }

  write(bytes: Buffer | string, done?: () => void): void {
    // Addresses and commands are ASCII.
    if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1');
    else this.#socket.write(bytes, done && ((error) => (error ? undefined : done())));
  }

  /** Both in one go. */
  writeTogether(body: Buffer, commands: string): void {
    this.#socket.cork();
    this.#socket.write(body);
    this.#socket.write(commands, 'latin1');
    this.#socket.uncork();
  }

  /** Drops it, at once and without a word; the listener hears nothing more. */
  close(): void {
    this.#isOpen = false;
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    socket.on('data', this.#heard).on('end', this.#closed).on('close', this.#closed);
    socket.on('timeout', this.#silent);
    socket.on('error', ({ message, code = '' }: NodeJS.ErrnoException) =>
      this.#end({ reason: 'connection_lost', detail: message || code, code }),
    );
  }

  /** Into one buffer again and again: else each reply, of a few octets, would come in a new one of 64 kB. */
  #reading(): { buffer: Buffer; callback: (bytes: number, buffer: Uint8Array) => boolean } {
    const buffer = Buffer.alloc(readAtOnce);
    return {
      buffer,
      callback: (bytes) => {
        // What still comes in the clear once TLS has been begun is not for us.
        if (!this.#isSecuring) this.#hear(buffer.toString('latin1', 0, bytes));
        return true;
      },
    };
  }

  #hear(octets: string): void {
    if (!this.#isOpen) return;
    try {
      const replies = this.#reader.read(octets);
      const last = this.#reader.isAmidst ? -1 : replies.length - 1;
      for (let at = 0; at < replies.length && this.#isOpen; at += 1)
        this.listener.replied(replies[at] as Reply, at === last);
    } catch (error) {
      if (!(error instanceof NoReply)) throw error;
      this.#end({ reason: 'protocol', detail: error.message });
    }
  }

  #end(end: WireEnd): void {
    if (!this.#isOpen) return;
    this.close();
    this.listener.ended(end);
  }
}

function tlsOptions({ tls, servername }: SmtpServerOptions) {
  return { ...(servername === undefined ? {} : { servername }), ...tls };
}

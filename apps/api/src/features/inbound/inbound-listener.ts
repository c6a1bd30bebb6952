import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerError } from 'smtp-server';
import { Config } from '../../platform/config/config.js';
import { ReturnedMailService } from './returned-mail.service.js';

/** Larger mail is refused. */
const sizeAtMost = 20 * 1024 * 1024;
/** What is kept of a mail while it is read: what it reports stands at its beginning. */
const keptAtMost = 1024 * 1024;
const connectionsAtMost = 100;
const recipientsAtMost = 20;
const silenceMs = 60_000;
const connectionMs = 10 * 60_000;

/**
 * Takes mail by SMTP where bounces, complaints and answers arrive. It runs wherever `INBOUND_SMTP_PORT` is set, in any
 * role; several machines may listen. Only addresses of ours are taken, and only what is durable is answered with 250:
 * until then the mail is its sender's, who tries again.
 */
@Injectable()
export class InboundListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Inbound');
  private server: SMTPServer | null = null;

  constructor(
    private readonly config: Config,
    private readonly mail: ReturnedMailService,
  ) {}

  /** The port that it listens on; null when it does not. */
  get port(): number | null {
    const address = this.server?.server.address();
    return typeof address === 'object' && address !== null ? address.port : null;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { port, host } = this.config.inboundSmtp;
    // A command has no role: it must not take a running platform's place.
    if (port === undefined || this.config.roles.size === 0) return;
    const server = this.createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => resolve());
    });
    // A client that goes away in the middle is its own concern.
    server.on('error', (error) => this.logger.debug(error.message));
    this.server = server;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private createServer(): SMTPServer {
    const server: SMTPServer = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      size: sizeAtMost,
      maxClients: connectionsAtMost,
      socketTimeout: silenceMs,
      closeTimeout: 2_000,
      onConnect: ({ id }, done) => {
        const timer = setTimeout(() => {
          for (const connection of server.connections) if (connection.id === id) connection.close();
        }, connectionMs);
        timer.unref();
        done();
      },
      onRcptTo: ({ address }, { envelope }, done) => {
        if (envelope.rcptTo.length >= recipientsAtMost)
          return done(refusal(452, '4.5.3 Too many recipients'));
        if (!this.mail.accepts(address)) return done(refusal(550, '5.1.1 No such address here'));
        done();
      },
      onData: (stream, { envelope }, done) => {
        const recipients = envelope.rcptTo.map(({ address }) => address);
        this.takeStream(stream, recipients).then(() => done(null, '2.0.0 Taken'), done);
      },
    });
    return server;
  }

  private async takeStream(stream: SMTPServerDataStream, recipients: readonly string[]): Promise<void> {
    const chunks: Buffer[] = [];
    let kept = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      // Read to its end all the same, or its sender would wait for ever.
      if (kept >= keptAtMost) continue;
      chunks.push(chunk.subarray(0, keptAtMost - kept));
      kept += chunk.length;
    }
    if (stream.sizeExceeded) throw refusal(552, '5.3.4 Larger than what is taken here');
    try {
      await this.mail.take(Buffer.concat(chunks), recipients);
    } catch (error) {
      this.logger.warn(`A mail was not taken and will come again: ${String(error)}`);
      throw refusal(451, '4.3.0 Not taken now, try again later');
    }
  }
}

function refusal(responseCode: number, text: string): SMTPServerError {
  return Object.assign(new Error(text), { responseCode });
}

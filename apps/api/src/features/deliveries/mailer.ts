import { Injectable } from '@nestjs/common';
import {
  SmtpPool,
  type NextMessage,
  type OutgoingMessage,
  type SendOutcome,
  type SmtpTimeouts,
} from '@aftercare/notifications';
import { Config } from '../../platform/config/config.js';
import { MailServer, type Transport } from '../../platform/mail/mail-server.js';
import { countHandover } from '../../platform/observability/metrics.js';

/** How patient the mailer is; tests put shorter times in its place. */
export class MailTimeouts {
  constructor(readonly values: Partial<SmtpTimeouts> = {}) {}
}

/** The process's connections to its mail servers, opened when first needed. */
@Injectable()
export class Mailer {
  private readonly pools = new Map<string, SmtpPool>();

  constructor(
    private readonly config: Config,
    private readonly server: MailServer,
    private readonly timeouts: MailTimeouts,
  ) {}

  /** The mail servers' names, in the order in which they are tried. */
  get transports(): string[] {
    return this.server.transports.map(({ name }) => name);
  }

  /**
   * @param transport one of {@link transports}; the first when left out
   * @param next what the caller sends afterwards, or withdraws
   */
  async send(message: OutgoingMessage, transport?: string, next?: NextMessage): Promise<SendOutcome> {
    const begun = performance.now();
    const outcome = await this.open(transport).send(message, next);
    countHandover(outcome.kind, (performance.now() - begun) / 1000);
    return outcome;
  }

  /** A message that was named as the next one is not going to be sent. */
  withdraw(message: OutgoingMessage, transport?: string): void {
    this.open(transport).withdraw(message);
  }

  /** Whether a mail server is known to take letters as they are written, in 8 bits (RFC 6152). */
  offers8bit(transport?: string): boolean {
    return this.open(transport).offers8bit;
  }

  /** Whether a mail server can be reached and lets us in: null, or why not. */
  verify(transport?: string): Promise<Extract<SendOutcome, { kind: 'not_sent' }> | null> {
    return this.open(transport).verify();
  }

  /** Lets messages in flight settle for as long as `graceMs`, then drops their connections. */
  async close(graceMs: number): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close(graceMs)));
  }

  private open(name = this.server.transports[0]?.name): SmtpPool {
    const known = this.pools.get(name ?? '');
    if (known) return known;
    const { url }: Pick<Transport, 'url'> =
      this.server.transports.find((each) => each.name === name) ?? this.server;
    const pool = new SmtpPool({
      url,
      connections: this.config.mailConnections,
      timeouts: this.timeouts.values,
    });
    this.pools.set(name ?? '', pool);
    return pool;
  }
}

import { Injectable } from '@nestjs/common';
import {
  SmtpPool,
  type OutgoingMessage,
  type SendOutcome,
  type SmtpTimeouts,
} from '@aftercare/notifications';
import { Config } from '../../platform/config/config.js';
import { MailServer } from '../../platform/mail/mail-server.js';

/** How patient the mailer is; tests put shorter times in its place. */
export class MailTimeouts {
  constructor(readonly values: Partial<SmtpTimeouts> = {}) {}
}

/** The process's connections to the mail server, opened when first needed. */
@Injectable()
export class Mailer {
  private pool: SmtpPool | null = null;

  constructor(
    private readonly config: Config,
    private readonly server: MailServer,
    private readonly timeouts: MailTimeouts,
  ) {}

  send(message: OutgoingMessage): Promise<SendOutcome> {
    return this.open().send(message);
  }

  /** Whether the mail server can be reached and lets us in: null, or why not. */
  verify(): Promise<Extract<SendOutcome, { kind: 'not_sent' }> | null> {
    return this.open().verify();
  }

  /** Lets messages in flight settle for as long as `graceMs`, then drops their connections. */
  async close(graceMs: number): Promise<void> {
    await this.pool?.close(graceMs);
  }

  private open(): SmtpPool {
    this.pool ??= new SmtpPool({
      url: this.server.url,
      connections: this.config.mailConnections,
      timeouts: this.timeouts.values,
    });
    return this.pool;
  }
}

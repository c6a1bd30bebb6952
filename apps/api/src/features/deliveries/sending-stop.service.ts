import { Injectable } from '@nestjs/common';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import { LimitsRepository, type SendingStop } from './limits.repository.js';

const lookEveryMs = 500;

/**
 * The emergency stop of all sending: one switch for every machine and every class of contact. Nothing is released
 * while it stands, and no message is begun once it is committed, for the statement that marks a row looks at it.
 */
@Injectable()
export class SendingStopService {
  constructor(
    private readonly transactions: Transactions,
    private readonly limits: LimitsRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** The stop that stands, or null. */
  async find(): Promise<SendingStop | null> {
    return (await this.limits.get()).stop;
  }

  /** Stops all sending. One that stands already stays as it is. */
  async stop(reason: string, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if ((await this.limits.hold(tx)).stop) return;
      await this.limits.setStop(tx, {
        at: new Date(this.clock.now().epochMilliseconds),
        ...{ by: actor, reason },
      });
      await this.audit.record(tx, {
        ...{ actor, action: 'sending.stopped', subject: 'sending', detail: { reason } },
      });
    });
  }

  /** Lets sending go on. Does nothing when it is not stopped. */
  async resume(actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      const { stop } = await this.limits.hold(tx);
      if (!stop) return;
      await this.limits.setStop(tx, null);
      const detail = { stoppedAt: stop.at.toISOString(), stoppedBy: stop.by, reason: stop.reason };
      await this.audit.record(tx, { actor, action: 'sending.resumed', subject: 'sending', detail });
    });
  }

  /** Takes a copy of an installation's database for the installation itself, and lets sending go on. */
  async adopt(actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.limits.forgetInstallation(tx);
      await this.audit.record(tx, { actor, action: 'sending.adopted', subject: 'sending', detail: {} });
    });
    await this.resume(actor);
  }

  /** A signal that fires soon after a stop, so that what is under way does not go on preparing. End it when done. */
  watch(): { signal: AbortSignal; end: () => void } {
    const stopped = new AbortController();
    const look = () =>
      // A database that is away lets nobody mark a row, and so begin a message, either.
      this.find().then(
        (stop) => stop && stopped.abort(),
        () => undefined,
      );
    const timer = setInterval(() => void look(), lookEveryMs);
    return { signal: stopped.signal, end: () => clearInterval(timer) };
  }
}

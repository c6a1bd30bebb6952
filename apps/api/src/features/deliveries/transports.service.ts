import { Injectable } from '@nestjs/common';
import type { NotSentReason } from '@aftercare/notifications';
import { MailTroubleRepository, type MailTrouble } from './mail-trouble.repository.js';
import { Mailer } from './mailer.js';

/** A mail server and its circuit breaker, for whoever looks. */
export interface TransportState {
  name: string;
  /** `holding`: it is not asked before `retryAt`. `trying`: that has come, and the next message goes to it. */
  state: 'working' | 'holding' | 'trying';
  reason: string | null;
  detail: string | null;
  since: Date | null;
  failures: number;
  retryAt: Date | null;
}

/** What keeps a mail server, or all of them, from taking messages. */
export interface TransportTrouble {
  reason: NotSentReason | string;
  detail: string;
}

/**
 * The mail servers in the order in which they are tried, each behind a circuit breaker of its own that all workers
 * share: one that fails is left alone for a while, a second at first and a minute at the longest, and the next one in
 * the list has its messages meanwhile.
 */
@Injectable()
export class TransportsService {
  constructor(
    private readonly mailer: Mailer,
    private readonly trouble: MailTroubleRepository,
  ) {}

  /**
   * The first mail server that takes messages. One that was in trouble is asked before any row is marked for it, once
   * its time has come.
   */
  async choose(): Promise<{ transport: string } | { trouble: TransportTrouble }> {
    const known = await this.known();
    let why: TransportTrouble | null = null;
    for (const transport of this.mailer.transports) {
      const trouble = known.get(transport);
      if (!trouble) return { transport };
      const failure = trouble.retryDue ? await this.mailer.verify(transport) : trouble;
      if (failure === null) return { transport };
      if (trouble.retryDue) await this.failed(transport, failure);
      why ??= failure;
    }
    return { trouble: why ?? { reason: 'unreachable', detail: 'There is no mail server.' } };
  }

  /** What holds all mail back, by the mail server that is tried soonest; null: some mail server takes messages. */
  async standing(): Promise<MailTrouble | null> {
    const known = await this.known();
    const { transports } = this.mailer;
    if (known.size === 0 || !transports.every((name) => known.has(name))) return null;
    return [...known.values()].find(({ transport }) => transports.includes(transport)) ?? null;
  }

  async failed(transport: string, { reason, detail }: TransportTrouble): Promise<void> {
    await this.trouble.note(transport, reason, detail);
  }

  /** A mail server has answered a message, one way or the other. */
  async answered(transport: string): Promise<void> {
    await this.trouble.clear(transport);
  }

  /** All of them, and the one that messages go to at present. */
  async status(): Promise<{ transports: TransportState[]; using: string | null }> {
    const known = await this.known();
    // One that only other machines know is shown when it is in trouble.
    const names = new Set([...this.mailer.transports, ...known.keys()]);
    const transports = [...names].map((name): TransportState => {
      const trouble = known.get(name);
      if (!trouble) {
        return {
          name,
          state: 'working',
          reason: null,
          detail: null,
          since: null,
          failures: 0,
          retryAt: null,
        };
      }
      const { reason, detail, since, failures, retryAt, retryDue } = trouble;
      return { name, state: retryDue ? 'trying' : 'holding', reason, detail, since, failures, retryAt };
    });
    return { transports, using: transports.find(({ state }) => state !== 'holding')?.name ?? null };
  }

  private async known(): Promise<Map<string, MailTrouble>> {
    return new Map((await this.trouble.list()).map((trouble) => [trouble.transport, trouble]));
  }
}

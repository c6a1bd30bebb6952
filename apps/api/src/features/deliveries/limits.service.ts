import { Injectable } from '@nestjs/common';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Transactions } from '../../platform/database/transactions.js';
import { notFound } from '../../platform/http/problem.js';
import { LimitsRepository, type ContactLimits, type NoContactDay } from './limits.repository.js';

/** How often and when customers may be written to. Every change is in the audit log. */
@Injectable()
export class LimitsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: LimitsRepository,
    private readonly audit: AuditService,
  ) {}

  async get(): Promise<ContactLimits> {
    return withoutStop(await this.repository.get());
  }

  /** Puts new limits in place of the old ones. They hold from the next message on, for what is released too. */
  async set(change: Partial<ContactLimits>, actor: string): Promise<ContactLimits> {
    return this.transactions.run(async (tx) => {
      const before = withoutStop(await this.repository.hold(tx));
      const after = { ...before, ...change };
      if (JSON.stringify(before) === JSON.stringify(after)) return after;
      await this.repository.set(tx, after);
      const detail = { before, after };
      await this.audit.record(tx, {
        actor,
        action: 'contact_limits.changed',
        subject: 'contact limits',
        detail,
      });
      return after;
    });
  }

  /** Gives a sample the cap that an insurer may begin with, unless somebody has chosen limits already. */
  async ensureSampleLimits(): Promise<void> {
    if (await this.transactions.run((tx) => this.repository.areChosen(tx))) return;
    await this.set({ cap: { contacts: 3, days: 7 } }, 'system');
  }

  listNoContactDays(from: string, to: string): Promise<NoContactDay[]> {
    return this.repository.listNoContactDays(null, from, to);
  }

  async putNoContactDay(day: NoContactDay, actor: string): Promise<NoContactDay> {
    await this.transactions.run(async (tx) => {
      await this.repository.putNoContactDay(tx, day);
      await this.audit.record(tx, {
        actor,
        action: 'no_contact_day.put',
        ...about(day),
        detail: { name: day.name },
      });
    });
    return day;
  }

  /** @throws ProblemError `not_found` */
  async deleteNoContactDay(region: string, day: string, actor: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.repository.deleteNoContactDay(tx, region, day))) throw notFound('no-contact day');
      await this.audit.record(tx, {
        actor,
        action: 'no_contact_day.deleted',
        ...about({ region, day }),
        detail: {},
      });
    });
  }
}

function about({ region, day }: Pick<NoContactDay, 'region' | 'day'>): { subject: string } {
  return { subject: `${region} ${day}` };
}

function withoutStop({ cap, capCountsService, hours, globalHoldout }: ContactLimits): ContactLimits {
  return { cap, capCountsService, hours, globalHoldout };
}

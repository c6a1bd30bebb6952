import { Injectable } from '@nestjs/common';
import { isTimeZone } from '@aftercare/domain';
import { z } from 'zod';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { attentionOf } from './attention.js';
import { MemberMessagesService } from './member-messages.service.js';
import { heldPolicyOf, type PolicyRow } from './policy-view.js';
import { PortalRepository, type Holder, type PolicyKeys } from './portal.repository.js';
import type { MemberHome, MemberPolicyDetail, MemberPolicyQuery } from './portal.schemas.js';
import type { HeldPolicy, MemberPolicy } from './portal.types.js';

const homeMessages = 5;
const policyMessages = 10;
const policyInstalments = 24;
/** More than any household or firm holds with one insurer. */
const policiesAtMost = 500;

const cursorSchema = z.tuple([z.int(), z.iso.date(), z.string()]);

/** What a member sees of their own policies. */
@Injectable()
export class PortalService {
  constructor(
    private readonly repository: PortalRepository,
    private readonly messages: MemberMessagesService,
    private readonly clock: Clock,
  ) {}

  /** What needs the member's attention, and what is new for them. */
  async getHome(customerId: string): Promise<MemberHome> {
    const holder = await this.getHolder(customerId);
    const today = this.today(holder);
    const [standings, messages] = await Promise.all([
      this.repository.listStandings(customerId, today),
      this.messages.latest(customerId, homeMessages),
    ]);
    const current = standings.filter(({ status }) => status === 'in_force' || status === 'grace');
    const [next] = current
      .flatMap(({ policyId, line, product, renewalDate, doNotRenew }) =>
        renewalDate !== null && renewalDate >= today && !doNotRenew
          ? [{ policyId, line, product, date: renewalDate }]
          : [],
      )
      .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.policyId < b.policyId ? -1 : 1));
    return {
      givenName: holder.givenName,
      displayName: fullName(holder) ?? customerId,
      today,
      attention: attentionOf(standings, today),
      messages,
      policies: { current: current.length, nextRenewal: next ?? null },
    };
  }

  /** The member's policies: those that run first, by renewal date. */
  async listPolicies(customerId: string, query: MemberPolicyQuery): Promise<Page<MemberPolicy>> {
    const today = this.today(await this.getHolder(customerId));
    const rows = await this.repository.listPolicies(customerId, today, {
      when: query.when ?? null,
      after: query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor),
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map((row) => heldPolicyOf(row, today).policy),
      nextCursor: last ? encodeCursor(keysOf(last)) : null,
    };
  }

  /** @throws ProblemError `not_found`, also when the policy is someone else's. */
  async getPolicy(customerId: string, policyId: string): Promise<MemberPolicyDetail> {
    const today = this.today(await this.getHolder(customerId));
    const row = await this.repository.findPolicy(customerId, policyId, today);
    if (!row) throw notFound('policy');
    const [instalments, terms, history, messages] = await Promise.all([
      this.repository.listInstalments(policyId, policyInstalments),
      this.repository.listTerms(policyId),
      this.repository.listStatusChanges(policyId),
      this.messages.latest(customerId, policyMessages, policyId),
    ]);
    return {
      ...heldPolicyOf(row, today).policy,
      instalments: instalments.map(({ paidAt, ...instalment }) => ({
        ...instalment,
        paidAt: paidAt?.toISOString() ?? null,
        state: paidAt ? 'paid' : instalment.dueDate < today ? 'overdue' : 'due',
      })),
      terms,
      history,
      messages,
    };
  }

  /** Every policy of a customer, for the desk. */
  async listHeldPolicies(customerId: string): Promise<HeldPolicy[]> {
    const today = this.today(await this.getHolder(customerId));
    const rows = await this.repository.listPolicies(customerId, today, {
      when: null,
      after: null,
      limit: policiesAtMost,
    });
    return rows.map((row) => heldPolicyOf(row, today));
  }

  private async getHolder(customerId: string): Promise<Holder> {
    const holder = await this.repository.findHolder(customerId);
    if (!holder) throw notFound('customer');
    return holder;
  }

  /** The holder's civil date: days are counted where they live. */
  private today({ timeZone }: Holder): string {
    const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : 'UTC';
    return this.clock.now().toZonedDateTimeISO(zone).toPlainDate().toString();
  }
}

function keysOf(row: PolicyRow): PolicyKeys {
  const isOver = row.status !== 'in_force' && row.status !== 'grace';
  return [isOver ? 1 : 0, row.renewalDate ?? row.endDate ?? row.startDate, row.policyId];
}

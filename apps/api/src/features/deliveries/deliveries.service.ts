import { Injectable } from '@nestjs/common';
import { deliveryStates, reconcile, type DeliveryState } from '@aftercare/domain';
import { z } from 'zod';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { DeliveriesRepository, type FunnelLine, type ListedDelivery } from './deliveries.repository.js';
import type { DeliveryDetail, DeliveryPage, DeliveryQuery, DeliveryRow } from './deliveries.schemas.js';
import { deliveryWords } from './delivery-words.js';
import { SendingStopService } from './sending-stop.service.js';
import { TransportsService } from './transports.service.js';

/** A part of the ledger counted by state, reason and step; each of the three splits sums to `audience`. */
export interface Funnel {
  audience: number;
  states: Record<DeliveryState, number>;
  reasons: { state: DeliveryState; reason: string | null; count: number }[];
  balanced: boolean;
  steps: { step: string; audience: number; states: Record<DeliveryState, number> }[];
}

/** Whether messages go out, and if not, why. */
export interface SendingStatus {
  on: boolean;
  reason: 'configured_off' | 'stopped' | 'mail_server_down' | null;
  /** Why somebody stopped it, or what exactly the mail server said, or did not say. */
  detail: string | null;
  since: Date | null;
}

const cursorSchema = z.object({ at: z.int(), id: z.uuid() });

/** The ledger for those who look at it. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly sendingStop: SendingStopService,
    private readonly transports: TransportsService,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  async list(query: DeliveryQuery): Promise<DeliveryPage> {
    const after = query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor);
    const now = new Date(this.clock.now().epochMilliseconds);
    const [rows, total] = await Promise.all([
      this.repository.list(query, after, now),
      this.repository.count(query, now),
    ]);
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map(rowOf),
      nextCursor: last ? encodeCursor({ at: last.sortedBy, id: last.deliveryId }) : null,
      total,
    };
  }

  /** @throws ProblemError `not_found` */
  async get(deliveryId: string): Promise<DeliveryDetail> {
    const row = await this.repository.find(deliveryId);
    if (!row) throw notFound('delivery');
    return {
      ...rowOf(row),
      words: deliveryWords(row),
      campaignVersion: row.campaignVersion,
      expiresAt: row.expiresAt.toISOString(),
      attempts: row.attempts,
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
      messageId: row.messageId,
      smtpReply: row.smtpReply,
      timeZone: row.timeZone,
      evidence: (await this.repository.listEvidence(row.mergedInto ?? deliveryId)).map((each) => ({
        ...each,
        at: each.at.toISOString(),
      })),
    };
  }

  /** What a row is and why it is where it is, in sentences. */
  words(row: Parameters<typeof deliveryWords>[0]): string {
    return deliveryWords(row);
  }

  /** A campaign's rows, counted. */
  async funnel(
    campaignId: string,
    filter: { dueFrom?: Date; dueTo?: Date; step?: string } = {},
  ): Promise<Funnel> {
    const lines = await this.repository.funnel(campaignId, {
      dueFrom: filter.dueFrom ?? null,
      dueTo: filter.dueTo ?? null,
      step: filter.step ?? null,
    });
    const reasons = new Map<string, Omit<FunnelLine, 'step'>>();
    for (const { state, reason, count } of lines) {
      const key = JSON.stringify([state, reason]);
      reasons.set(key, { state, reason, count: (reasons.get(key)?.count ?? 0) + count });
    }
    const suppressed = [...reasons.values()].filter(({ state }) => state === 'suppressed');
    const account = {
      planned: sum(lines),
      states: byState(lines),
      suppressed: Object.fromEntries(suppressed.map(({ reason, count }) => [reason ?? '', count])),
    };
    return {
      audience: account.planned,
      states: account.states,
      reasons: [...reasons.values()],
      balanced: reconcile(account).balanced,
      steps: [...new Set(lines.map(({ step }) => step))].map((step) => {
        const ofStep = lines.filter((line) => line.step === step);
        return { step, audience: sum(ofStep), states: byState(ofStep) };
      }),
    };
  }

  /** Rows due in [from, to) by campaign and state. */
  countByCampaign(from: Date, to: Date) {
    return this.repository.countByCampaign(from, to);
  }

  async sendingStatus(): Promise<SendingStatus> {
    if (!this.config.sending) return { on: false, reason: 'configured_off', detail: null, since: null };
    const stop = await this.sendingStop.find();
    if (stop) return { on: false, reason: 'stopped', detail: stop.reason, since: stop.at };
    const trouble = await this.transports.standing();
    if (!trouble) return { on: true, reason: null, detail: null, since: null };
    return {
      on: true,
      reason: 'mail_server_down',
      detail: `${trouble.reason}: ${trouble.detail}`,
      since: trouble.since,
    };
  }
}

function rowOf(row: ListedDelivery): DeliveryRow {
  return {
    deliveryId: row.deliveryId,
    campaignKey: row.campaignKey,
    campaignName: row.campaignName,
    step: row.step,
    customerId: row.customerId,
    customerName: fullName(row),
    policyId: row.policyId,
    anchorDate: row.anchorDate,
    class: row.class,
    topic: row.topic,
    channel: row.channel,
    template: row.template,
    variant: row.variant,
    contactOn: row.contactOn,
    mergedInto: row.mergedInto,
    state: row.state,
    reason: row.reason,
    dueAt: row.dueAt.toISOString(),
    stateAt: row.stateAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    recipient: row.recipient,
    hasMessage: row.hasMessage,
  };
}

function byState(lines: readonly FunnelLine[]): Record<DeliveryState, number> {
  const states = Object.fromEntries(deliveryStates.map((state) => [state, 0])) as Record<
    DeliveryState,
    number
  >;
  for (const { state, count } of lines) states[state] = (states[state] ?? 0) + count;
  return states;
}

function sum(lines: readonly { count: number }[]): number {
  return lines.reduce((total, { count }) => total + count, 0);
}

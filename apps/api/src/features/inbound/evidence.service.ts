import { Injectable } from '@nestjs/common';
import { Transactions } from '../../platform/database/transactions.js';
import { countEvidence } from '../../platform/observability/metrics.js';
import type { Tx } from '../../platform/database/tx.js';
import { ConsentsService } from '../consents/consents.service.js';
import { AddressHealthRepository } from './address-health.repository.js';
import { EvidenceRepository, type ReportedRow, type Settlement } from './evidence.repository.js';
import { bounceReason, isSoft, type Evidence } from './evidence.types.js';

/** A report and the letter that it is about. */
type Tied = Evidence & { delivery: ReportedRow | null; letter: ReportedRow[] };

/** Takes in what is reported of messages: keeps it, and does what follows from it, all or nothing. */
@Injectable()
export class EvidenceService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: EvidenceRepository,
    private readonly health: AddressHealthRepository,
    private readonly consents: ConsentsService,
  ) {}

  /**
   * Keeps reports and acts by those that had not been kept before; once it resolves they are durable.
   * @returns how many of them were new
   */
  async take(source: string, reports: readonly Evidence[]): Promise<number> {
    if (reports.length === 0) return 0;
    const kept = await this.transactions.run(async (tx) => {
      const tied = await this.tie(tx, reports);
      const fresh = await this.repository.keep(tx, source, tied);
      const acting = tied.filter((report, index) => fresh.has(index) && report.trust !== 'none');
      await this.settle(tx, acting);
      // By address, so that two lists at once do not wait for each other.
      for (const report of acting.toSorted((a, b) => order(a).localeCompare(order(b))))
        await this.act(tx, report);
      return tied.filter((_, index) => fresh.has(index));
    });
    for (const { kind } of kept) countEvidence(kind);
    return kept.length;
  }

  /** Finds the letters that reports are about; drops what is about nothing that was ever sent, and not signed either. */
  private async tie(tx: Tx, reports: readonly Evidence[]): Promise<Tied[]> {
    const rows = await this.repository.letters(
      tx,
      reports.flatMap(({ deliveryIds }) => deliveryIds),
    );
    const tied: Tied[] = [];
    for (const report of reports) {
      let found = rows.find(({ deliveryId }) => report.deliveryIds.includes(deliveryId)) ?? null;
      let letter = found ? rows.filter(({ leaderId }) => leaderId === found!.leaderId) : [];
      if (!found && report.trust === 'none' && report.address !== null) {
        const last = await this.repository.lastLetterTo(tx, report.address);
        letter = last === null ? [] : await this.repository.letters(tx, [last]);
        found = letter[0] ?? null;
      }
      const delivery = letter.find(({ deliveryId, leaderId }) => deliveryId === leaderId) ?? found;
      if (delivery || report.trust === 'signed') tied.push({ ...report, delivery, letter });
    }
    return tied;
  }

  private async settle(tx: Tx, reports: readonly Tied[]): Promise<void> {
    const rows = new Map<string, Settlement>();
    for (const { kind, verdict, letter } of reports) {
      if (kind !== 'bounced' && kind !== 'delivered' && kind !== 'relayed') continue;
      const end =
        kind === 'bounced'
          ? ({ to: 'bounced', reason: bounceReason(verdict?.kind ?? 'other') } as const)
          : ({ to: 'sent', reason: null } as const);
      for (const { deliveryId, anchorDate } of letter) {
        if (rows.get(deliveryId)?.to !== 'bounced') rows.set(deliveryId, { deliveryId, anchorDate, ...end });
      }
    }
    if (rows.size > 0) await this.repository.settle(tx, [...rows.values()]);
  }

  private async act(tx: Tx, report: Tied): Promise<void> {
    // The address that we wrote to, not one that it was forwarded to.
    const address = report.delivery?.recipient ?? report.address;
    if (address === null) return;
    const { kind, verdict, delivery, excerpt } = report;
    const sentAt = delivery?.sentAt ?? report.at;
    switch (kind) {
      case 'bounced':
        if (verdict?.kind === 'address_dead') {
          return this.repository.suppress(tx, {
            address,
            class: null,
            reason: 'hard_bounce',
            evidence: excerpt,
          });
        }
        if (!isSoft(verdict?.kind ?? 'other')) return;
        return this.health.count(
          tx,
          { address, deliveryId: delivery?.deliveryId ?? null, sentAt, saidBy: 'report' },
          excerpt ?? '',
        );
      case 'delivered':
        return this.health.clear(tx, address, sentAt);
      case 'complaint':
        return this.complain(tx, report, address);
      // A delay is not the end, and an answer of a machine says nothing of the address: both are kept, and that is all.
      default:
    }
  }

  /** Whoever presses that button has said no to marketing. Service and legal letters are not marketing. */
  private async complain(tx: Tx, { letter, excerpt }: Tied, address: string): Promise<void> {
    await this.repository.suppress(tx, {
      address,
      class: 'marketing',
      reason: 'complaint',
      evidence: excerpt,
    });
    const customers =
      letter.length > 0
        ? letter.map(({ customerId, deliveryId }) => ({ customerId, deliveryId }))
        : (await this.repository.customersAt(tx, address)).map((customerId) => ({
            customerId,
            deliveryId: null,
          }));
    await this.consents.withdrawMarketing(tx, customers, 'complaint');
  }
}

function order({ delivery, address }: Tied): string {
  return (delivery?.recipient ?? address ?? '').toLowerCase();
}

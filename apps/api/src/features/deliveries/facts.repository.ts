import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type {
  ContactCap,
  ContactHours,
  CustomerFacts,
  FieldName,
  PlanEvent,
  PolicyFacts,
} from '@aftercare/domain';
import { DatabaseAddress } from '../../platform/database/database-address.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';
import type { ClaimedRow } from './chunk.repository.js';
import { doNotContact } from './do-not-contact.types.js';
import { askedStatement, factsStatement, ledgerParts, type Asked } from './facts-statement.js';
import { PreparedStatements } from './prepared-statement.js';

/** A policy as the book has it at the moment of sending. */
export type LoadedPolicy = PolicyFacts & {
  insuredObject: Record<string, unknown> | null;
  coolingOffEndsOn: string | null;
  /** The oldest instalment that is not paid. */
  owed: { dueDate: string; amountMinor: number | null; currency: string | null } | null;
};

/** What is known of one row's customer, read again just before sending. */
export interface RowFacts {
  deliveryId: string;
  customer: CustomerFacts;
  policies: LoadedPolicy[];
  consents: { topic: string; granted: boolean; at: string; byCustomer: boolean }[];
  addressSuppressed: boolean;
  /** A later step of the same campaign, subject and anchor is due as well. */
  superseded: boolean;
  /** The instalment that the row's anchor date names: paid, unpaid, or null when there is none. */
  anchorInstalment: 'paid' | 'unpaid' | null;
  events: PlanEvent[];
  /** The last day on which the customer and the company were in touch. */
  lastContactOn: string | null;
  sendingStopped: boolean;
  isVulnerable: boolean;
  inLitigation: boolean;
  inTouchWithStaff: boolean;
  /** The house's own hours. */
  hours: ContactHours;
  cap: ContactCap;
  /** Civil days on which nothing of marketing goes to the customer's region. */
  closedDays: string[];
  /** The contacts that count, lately: of the customer, and of their address. Of marketing rows alone. */
  personContacts: Contact[];
  addressContacts: Contact[];
}

/** A contact that takes a place; rows of one letter share it. */
interface Contact {
  day: string;
  letter: string;
}

/** Statuses in which a policy counts as held. */
const live = new Set<string>(['in_force', 'grace']);

/** Reads what the contact gate and the templates ask about, for many rows at once. */
@Injectable()
export class FactsRepository implements OnApplicationShutdown {
  private readonly statements: PreparedStatements;
  private readonly withLedger: string;
  private readonly withoutLedger: string;

  constructor(address: DatabaseAddress, audiences: AudiencesService) {
    const isTrue = (field: FieldName) =>
      audiences.condition(
        'policy',
        { field, op: 'eq', value: true },
        { customer: 'c', policy: null, today: 'NULL::date' },
        new SqlParameters(),
      );
    const parts = {
      openComplaint: isTrue('customer.hasOpenComplaint'),
      deceased: isTrue('customer.isDeceased'),
      states: doNotContact('c.customer_id'),
      history: audiences.history('c'),
    };
    this.withLedger = factsStatement(parts, ledgerParts.asked);
    this.withoutLedger = factsStatement(parts, ledgerParts.notAsked);
    this.statements = new PreparedStatements(address);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.statements.close();
  }

  /**
   * The facts of each row by delivery id. A row whose customer is not in the book is left out.
   * @param now up to when later steps count as due
   */
  async load(rows: readonly ClaimedRow[], now: Date): Promise<Map<string, RowFacts>> {
    const of = <Key extends keyof ClaimedRow>(key: Key) => rows.map((row) => row[key]);
    const contactDays = of('contactOn');
    const [asked] = await this.statements.run<Asked>('asked', askedStatement, [
      [...new Set(of('campaignId'))],
      [...new Set(contactDays)],
    ]);
    const { siblings, events, lastContact, instalment, capContacts, earliest, latest } = asked!;
    const ofRows = (
      ['deliveryId', 'anchorDate', 'customerId', 'policyId', 'campaignId', 'topic', 'class'] as const
    ).map(of);
    const values = [...ofRows, of('dueAt'), contactDays, events, lastContact, instalment];
    const anchors = of('anchorDate').sort();
    const ofLedger = siblings || (capContacts > 0 && rows.some((row) => row.class === 'marketing'));
    const loaded = await (ofLedger
      ? this.statements.run<{ facts: RowFacts }>('facts, with the ledger', this.withLedger, [
          ...values,
          ...[now, anchors[0], anchors.at(-1), earliest, latest],
        ])
      : this.statements.run<{ facts: RowFacts }>('facts', this.withoutLedger, values));
    return new Map(loaded.map(({ facts }) => [facts.deliveryId, complete(facts, capContacts)]));
  }
}

/** Adds what follows from the rest. In place: these objects are made for each message. */
function complete(row: RowFacts, capContacts: number): RowFacts {
  // As it stood when it was decided whether contacts are to be counted.
  Object.assign(row.cap, { contacts: capContacts });
  const held = row.policies.filter(({ status }) => live.has(status));
  Object.assign(row.customer, {
    policyCount: held.length,
    lines: [...new Set(held.map(({ line }) => line))],
  });
  for (const policy of row.policies) Object.assign(policy, { renewed: false });
  return row;
}

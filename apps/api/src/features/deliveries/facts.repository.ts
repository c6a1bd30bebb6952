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
import {
  askedStatement,
  ledgerParts,
  policiesStatement,
  rowsStatement,
  type Asked,
} from './facts-statement.js';
import { plainArray, PreparedStatements } from './prepared-statement.js';

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
  consents: { topic: string; granted: boolean; at: Date; byCustomer: boolean }[];
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
    this.withLedger = rowsStatement(parts, ledgerParts.asked);
    this.withoutLedger = rowsStatement(parts, ledgerParts.notAsked);
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
    const anchors = of('anchorDate');
    const [asked] = await this.statements.run<Asked>('asked', askedStatement, [
      [...new Set(of('campaignId'))],
      [...new Set(contactDays)],
    ]);
    const { siblings, events, lastContact, instalment, capContacts, earliest, latest } = asked!;
    const values = [
      ...[plainArray(of('deliveryId')), plainArray(anchors), of('customerId'), of('policyId')],
      ...[plainArray(of('campaignId')), of('topic'), plainArray(of('class')), plainArray(of('dueAt'))],
      ...[plainArray(contactDays), events, lastContact, instalment],
    ];
    const sorted = anchors.toSorted();
    const ofLedger = siblings || (capContacts > 0 && rows.some((row) => row.class === 'marketing'));
    const known = await (ofLedger
      ? this.statements.run<KnownRow>('facts, with the ledger', this.withLedger, [
          ...values,
          ...[now, sorted[0], sorted.at(-1), earliest, latest],
        ])
      : this.statements.run<KnownRow>('facts', this.withoutLedger, values));
    const policies = await this.policiesOf(known);
    return new Map(
      // With the cap as it stood when it was decided whether contacts are to be counted.
      known.map((row) => [row.deliveryId, factsOf(row, policies.get(row.customerId) ?? [], capContacts)]),
    );
  }

  private async policiesOf(rows: readonly KnownRow[]): Promise<Map<string, LoadedPolicy[]>> {
    const customers = [...new Set(rows.map(({ customerId }) => customerId))];
    const policies = await this.statements.run<LoadedPolicy & { customerId: string }>(
      'policies',
      policiesStatement,
      [customers],
    );
    return Map.groupBy(policies, ({ customerId }) => customerId);
  }
}

/** What the statement says of one row. */
interface KnownRow
  extends
    Omit<CustomerFacts, 'id' | 'marketingConsent' | 'policyCount' | 'lines'>,
    Pick<RowFacts, 'deliveryId' | 'addressSuppressed' | 'superseded' | 'anchorInstalment' | 'lastContactOn'>,
    Pick<RowFacts, 'sendingStopped' | 'isVulnerable' | 'inLitigation' | 'inTouchWithStaff'>,
    ContactHours {
  customerId: string;
  /** null: never asked. */
  overallGranted: boolean | null;
  overallAt: Date;
  overallByCustomer: boolean;
  /** The row's own; null: never asked about. */
  topic: string | null;
  topicGranted: boolean;
  topicAt: Date;
  topicByCustomer: boolean;
  capDays: number;
  /** null, as those below: not asked for. */
  closedDays: string[] | null;
  events: PlanEvent[] | null;
  personContacts: Contact[] | null;
  addressContacts: Contact[] | null;
}

function factsOf(row: KnownRow, policies: LoadedPolicy[], capContacts: number): RowFacts {
  const held = policies.filter(({ status }) => live.has(status));
  return {
    deliveryId: row.deliveryId,
    customer: {
      id: row.customerId,
      givenName: row.givenName,
      familyName: row.familyName,
      email: row.email,
      phone: row.phone,
      birthDate: row.birthDate,
      locale: row.locale,
      timeZone: row.timeZone,
      region: row.region,
      postalCode: row.postalCode,
      agentId: row.agentId,
      marketingConsent: row.overallGranted ?? false,
      hasOpenComplaint: row.hasOpenComplaint,
      isDeceased: row.isDeceased,
      policyCount: held.length,
      lines: [...new Set(held.map(({ line }) => line))],
    },
    policies,
    consents: consentsOf(row),
    addressSuppressed: row.addressSuppressed,
    superseded: row.superseded,
    anchorInstalment: row.anchorInstalment,
    events: row.events ?? [],
    lastContactOn: row.lastContactOn,
    sendingStopped: row.sendingStopped,
    isVulnerable: row.isVulnerable,
    inLitigation: row.inLitigation,
    inTouchWithStaff: row.inTouchWithStaff,
    hours: { opens: row.opens, closes: row.closes },
    cap: { contacts: capContacts, days: row.capDays },
    closedDays: row.closedDays ?? [],
    personContacts: row.personContacts ?? [],
    addressContacts: row.addressContacts ?? [],
  };
}

function consentsOf(row: KnownRow): RowFacts['consents'] {
  const { overallGranted, overallAt, overallByCustomer, topic, topicGranted, topicAt, topicByCustomer } = row;
  const consents: RowFacts['consents'] = [];
  if (overallGranted !== null)
    consents.push({ topic: '*', granted: overallGranted, at: overallAt, byCustomer: overallByCustomer });
  if (topic !== null)
    consents.push({ topic, granted: topicGranted, at: topicAt, byCustomer: topicByCustomer });
  return consents;
}

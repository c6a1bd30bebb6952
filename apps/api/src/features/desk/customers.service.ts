import { Injectable } from '@nestjs/common';
import { contactClasses } from '@aftercare/domain';
import { z } from 'zod';
import { fullName } from '../../platform/auth/names.js';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { ConsentsService } from '../consents/consents.service.js';
import { PortalService } from '../portal/portal.service.js';
import { CustomersRepository, type CustomerRecord } from './customers.repository.js';
import type { CustomerDetail, CustomerPage, CustomerQuery, CustomerRow } from './customers.schemas.js';
import { gateReason } from './gate-reason.js';
import { UpcomingRepository } from './upcoming.repository.js';

const cursorSchema = z.tuple([z.string(), z.string()]);
const timeCursorSchema = z.tuple([z.iso.datetime(), z.string()]);

/** Customers as the desk finds and sees them. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly repository: CustomersRepository,
    private readonly known: UpcomingRepository,
    private readonly portal: PortalService,
    private readonly consents: ConsentsService,
    private readonly clock: Clock,
  ) {}

  async list(query: CustomerQuery): Promise<CustomerPage> {
    const schema = query.sort.endsWith('updatedAt') ? timeCursorSchema : cursorSchema;
    const after = query.cursor === undefined ? null : decodeCursor(schema, query.cursor);
    const [records, total] = await Promise.all([
      this.repository.list(query, after),
      this.repository.count(query),
    ]);
    const page = records.slice(0, query.limit);
    const last = records.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map(rowOf),
      nextCursor: last ? encodeCursor([last.sortedBy, last.customerId]) : null,
      total,
    };
  }

  /** @throws ProblemError `not_found` */
  async get(customerId: string): Promise<CustomerDetail> {
    const [record, known] = await Promise.all([
      this.repository.find(customerId),
      this.known.findCustomer(customerId),
    ]);
    if (!record || !known) throw notFound('customer');
    const now = this.clock.now();
    const [policies, preferences, consentHistory, suppressions] = await Promise.all([
      this.portal.listHeldPolicies(customerId),
      this.consents.getPreferences(customerId),
      this.consents.listHistory(customerId),
      this.repository.listSuppressions(record.email),
    ]);
    return {
      ...rowOf(record),
      givenName: record.givenName,
      familyName: record.familyName,
      phone: record.phone,
      birthDate: record.birthDate,
      timeZone: record.timeZone,
      postalCode: record.postalCode,
      agentId: record.agentId,
      createdAt: record.createdAt.toISOString(),
      updatedAt: record.updatedAt.toISOString(),
      // The desk works with the number itself.
      policies: policies.map(({ policy, ...beside }) => {
        return { ...policy, ...beside, policyNumberMasked: policy.policyId };
      }),
      preferences,
      consentHistory,
      suppressions: suppressions.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
      // Of a message that nothing else speaks against.
      contact: contactClasses.map((contactClass) => {
        const any = {
          ...{
            class: contactClass,
            channel: 'email' as const,
            topic: '',
            policyId: null,
            aboutRenewal: false,
          },
        };
        const reason = gateReason(known, any, now);
        return { class: contactClass, allowed: reason === null, reason };
      }),
    };
  }

  /** @throws ProblemError `not_found` */
  async ensureExists(customerId: string): Promise<void> {
    if (!(await this.repository.find(customerId))) throw notFound('customer');
  }
}

function rowOf(record: CustomerRecord): CustomerRow {
  return {
    customerId: record.customerId,
    name: fullName(record),
    email: record.email,
    region: record.region,
    locale: record.locale,
    policyCount: record.policyCount,
    lines: record.lines,
    statuses: record.statuses,
    marketingGranted: record.marketingGranted,
    flags: record.flags,
    lastSentAt: record.lastSentAt?.toISOString() ?? null,
  };
}

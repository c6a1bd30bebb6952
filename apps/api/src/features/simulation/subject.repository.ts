import { Injectable } from '@nestjs/common';
import type { CustomerFacts, FieldName, PlanCustomer, PlanPolicy, PolicyFacts } from '@aftercare/domain';
import type { Tx } from '../../platform/database/tx.js';
import { AudiencesService } from '../audiences/audiences.service.js';
import { SqlParameters } from '../audiences/audiences.types.js';

interface SubjectRow extends Pick<PlanCustomer, 'events' | 'lastContactOn'> {
  customer: Omit<CustomerFacts, 'policyCount' | 'lines'>;
  policies: (Omit<PolicyFacts, 'renewed' | 'firstUnpaidDueOn'> & Omit<PlanPolicy, 'facts'>)[];
}

/** One customer as the domain's rules see them. */
@Injectable()
export class SubjectRepository {
  constructor(private readonly audiences: AudiencesService) {}

  async find(tx: Tx, customerId: string): Promise<PlanCustomer | null> {
    const parameters = new SqlParameters();
    const isTrue = (field: FieldName) => {
      const scope = { customer: 'c', policy: null, today: 'NULL::date' };
      return `(${this.audiences.condition('policy', { field, op: 'eq', value: true }, scope, parameters)}) IS TRUE`;
    };
    const history = this.audiences.history('c');
    const flags = ['marketingConsent', 'hasOpenComplaint', 'isDeceased'] as const;
    const flagColumns = flags.map((flag) => `'${flag}', ${isTrue(`customer.${flag}`)}`).join(', ');
    const [row] = await tx.query<SubjectRow[]>(
      `SELECT jsonb_build_object(
                'id', c.customer_id, 'givenName', c.given_name, 'familyName', c.family_name, 'email', c.email,
                'phone', c.phone, 'birthDate', c.birth_date, 'locale', c.locale, 'timeZone', c.time_zone,
                'region', c.region, 'postalCode', c.postal_code, 'agentId', c.agent_id, ${flagColumns}) AS customer,
              (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', p.policy_id, 'line', p.line, 'product', p.product, 'status', p.status, 'startDate', p.start_date,
                'renewalDate', p.renewal_date, 'endDate', p.end_date, 'premiumMinor', p.premium_minor,
                'previousPremiumMinor', p.previous_premium_minor, 'currency', p.currency,
                'paymentMode', p.payment_mode, 'sumInsuredMinor', p.sum_insured_minor, 'doNotRenew', p.do_not_renew,
                'timeZone', p.time_zone, 'termNumber', p.term_no, 'statusSince', p.status_since,
                'graceEndsOn', p.grace_ends_on, 'coolingOffEndsOn', p.cooling_off_ends_on,
                'unpaidDueDates', ARRAY(SELECT i.due_date FROM instalments i
                                        WHERE i.policy_id = p.policy_id AND i.paid_at IS NULL ORDER BY i.due_date))
                ORDER BY p.policy_id), '[]')
               FROM policies p WHERE p.customer_id = c.customer_id) AS policies,
              ${history.events} AS events, ${history.lastContactOn} AS "lastContactOn"
       FROM customers c WHERE c.customer_id = ${parameters.add(customerId, 'text')}`,
      parameters.values,
    );
    return row === undefined ? null : whole(row);
  }
}

/** Adds what follows from the rest. */
function whole({ customer, policies, ...rest }: SubjectRow): PlanCustomer {
  const held = policies.filter(({ status }) => status === 'in_force' || status === 'grace');
  return {
    ...rest,
    facts: { ...customer, policyCount: held.length, lines: [...new Set(held.map(({ line }) => line))] },
    policies: policies.map(({ unpaidDueDates, coolingOffEndsOn, ...facts }) => ({
      facts: { ...facts, renewed: false, firstUnpaidDueOn: unpaidDueDates[0] ?? null },
      unpaidDueDates,
      coolingOffEndsOn,
    })),
  };
}

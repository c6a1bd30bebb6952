import { isStatusEvent, statusEvents, type PlanCustomer } from '@aftercare/domain';
import type { DataSource } from 'typeorm';

/** The same random cases everywhere; another number in AFTERCARE_TEST_SEED gives others. */
export const seed = Number(process.env['AFTERCARE_TEST_SEED'] ?? 20_261_124);

/** Puts a book of the domain's making into an emptied database, so that SQL is asked about the same people. */
export async function loadBook(dataSource: DataSource, book: readonly PlanCustomer[]): Promise<void> {
  await dataSource.query(
    `TRUNCATE customers, policies, instalments, customer_events, consent_events, consent_state, closed_terms,
              policy_status_changes, last_contacts CASCADE`,
  );
  const policies = book.flatMap(({ facts, policies: own }) =>
    own.map((policy) => ({ customerId: facts.id, ...policy })),
  );
  await insert(
    dataSource,
    `INSERT INTO customers (customer_id, given_name, family_name, email, phone, birth_date, locale, time_zone, region,
       postal_code, agent_id)
     SELECT "id", "givenName", "familyName", email, phone, "birthDate", locale, "timeZone", region, "postalCode",
       "agentId"
     FROM json_to_recordset($1::json) AS c ("id" text, "givenName" text, "familyName" text, email text, phone text,
       "birthDate" date, locale text, "timeZone" text, region text, "postalCode" text, "agentId" text)`,
    book.map(({ facts }) => facts),
  );
  await insert(
    dataSource,
    `INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, end_date,
       premium_minor, currency, payment_mode, sum_insured_minor, previous_premium_minor, do_not_renew, time_zone,
       term_no, status_since, grace_ends_on, cooling_off_ends_on)
     SELECT "id", "customerId", line, product, status, "startDate", "renewalDate", "endDate", "premiumMinor", currency,
       "paymentMode", "sumInsuredMinor", "previousPremiumMinor", "doNotRenew", "timeZone", "termNumber",
       "statusSince", "graceEndsOn", "coolingOffEndsOn"
     FROM json_to_recordset($1::json) AS p ("id" text, "customerId" text, line text, product text, status text,
       "startDate" date, "renewalDate" date, "endDate" date, "premiumMinor" bigint, currency text, "paymentMode" text,
       "sumInsuredMinor" bigint, "previousPremiumMinor" bigint, "doNotRenew" boolean, "timeZone" text,
       "termNumber" int, "statusSince" date, "graceEndsOn" date, "coolingOffEndsOn" date)`,
    policies.map(({ customerId, facts, coolingOffEndsOn }) => ({ customerId, ...facts, coolingOffEndsOn })),
  );
  await insert(
    dataSource,
    // Each policy has paid something long ago as well: what is paid must not count.
    `INSERT INTO instalments (policy_id, due_date, paid_at)
     SELECT "policyId", "dueDate", NULL FROM json_to_recordset($1::json) AS i ("policyId" text, "dueDate" date)
     UNION ALL SELECT policy_id, '1899-01-01', timestamptz '1899-01-02T00:00Z' FROM policies`,
    policies.flatMap(({ facts, unpaidDueDates }) =>
      unpaidDueDates.map((dueDate) => ({ policyId: facts.id, dueDate })),
    ),
  );
  await insert(
    dataSource,
    // Nobody without consent is told apart by whether they were ever asked.
    `INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
     SELECT "id", '*', granted, 'test', true, timestamptz '2020-01-01T00:00Z'
     FROM json_to_recordset($1::json) AS s ("id" text, granted boolean)
     UNION ALL SELECT customer_id, 'newsletter', true, 'test', true, timestamptz '2020-01-01T00:00Z' FROM customers`,
    book
      .filter(({ facts }, index) => facts.marketingConsent || index % 2 === 0)
      .map(({ facts }) => ({ id: facts.id, granted: facts.marketingConsent })),
  );
  await insert(
    dataSource,
    `INSERT INTO customer_events (event_id, type, customer_id, at)
     SELECT "id" || ':' || place, type, "id", '2020-01-01T00:00Z'::timestamptz + make_interval(days => place)
     FROM json_to_recordset($1::json) AS e ("id" text, type text, place int)`,
    book.flatMap(({ facts }, index) =>
      complaints(facts.hasOpenComplaint, index).map((type, place) => ({ id: facts.id, type, place })),
    ),
  );
  await loadEvents(dataSource, book);
}

/** Puts what happened where the book keeps each kind of it. */
async function loadEvents(dataSource: DataSource, book: readonly PlanCustomer[]): Promise<void> {
  const events = book.flatMap(({ facts, events: own }) =>
    own.map((event, place) => ({ id: `${facts.id}E${place}`, customerId: facts.id, place, ...event })),
  );
  const isRenewal = ({ event }: { event: string }) => event === 'policy_renewed';
  await insert(
    dataSource,
    `INSERT INTO customer_events (event_id, type, customer_id, policy_id, at)
     SELECT "id", event, "customerId", "policyId", "when"
     FROM json_to_recordset($1::json) AS e ("id" text, event text, "customerId" text, "policyId" text, "when" timestamptz)`,
    events.filter((event) => !isStatusEvent(event.event) && !isRenewal(event)),
  );
  await insert(
    dataSource,
    `INSERT INTO policy_status_changes (policy_id, from_status, to_status, transition, changed_on)
     SELECT "policyId", 'in_force', 'other', transition, "when"
     FROM json_to_recordset($1::json) AS e ("policyId" text, transition text, "when" date)`,
    events.flatMap((event) =>
      isStatusEvent(event.event) ? { ...event, transition: statusEvents[event.event] } : [],
    ),
  );
  await insert(
    dataSource,
    `INSERT INTO closed_terms (policy_id, term_no, closed_at)
     SELECT "policyId", place, "when"
     FROM json_to_recordset($1::json) AS e ("policyId" text, place int, "when" timestamptz)`,
    events.filter(isRenewal),
  );
}

const opened = 'complaint_opened';
const closed = 'complaint_closed';
const histories = {
  open: [[opened], [opened, opened, closed], [closed, opened], [opened, closed, closed, opened]],
  settled: [[], [opened, closed], [closed], [opened, opened, closed, closed]],
};

function complaints(isOpen: boolean, index: number): string[] {
  return histories[isOpen ? 'open' : 'settled'][index % 4]!;
}

async function insert(dataSource: DataSource, statement: string, rows: readonly unknown[]): Promise<void> {
  await dataSource.query(statement, [JSON.stringify(rows)]);
}

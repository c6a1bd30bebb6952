import { Temporal } from 'temporal-polyfill';

/** The morning on which the campaign falls due; nothing here reads the wall clock. */
export const asOf = Temporal.Instant.from('2031-05-06T09:30:00Z');

/** A reminder to each policyholder: about 10 kB of HTML beside its text, and all of it about the reader's own policy. */
export const campaign = {
  key: 'motor-renewal',
  name: 'Motor renewal',
  class: 'service',
  topic: 'renewals',
  subject: 'policy',
  audience: { field: 'policy.status', op: 'eq', value: 'in_force' },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [{ key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' }],
};

/**
 * `count` customers with a policy each that renews in thirty days, and a standing consent: every one of them gets one
 * letter. All differ in name, address, number and premium.
 *
 * @param client a connected client of `pg`
 */
export async function fillBook(client, count) {
  await client.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, locale, time_zone)
     SELECT 'c' || n, (ARRAY['Ann','Márta','Søren','Zoë','Li','José','Nguyễn','Ivana'])[n % 8 + 1], 'Reader ' || n,
            'c' || n || '@example.com', 'en', (ARRAY['UTC','Europe/Madrid','Europe/London','Africa/Lagos'])[n % 4 + 1]
       FROM generate_series(1, $1::int) n`,
    [count],
  );
  await client.query(
    `INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, premium_minor,
                           previous_premium_minor, currency, payment_mode, insured_object)
     SELECT 'p' || n, 'c' || n, 'motor', 'Comprehensive', 'in_force', '2028-06-05', '2031-06-05', 48000 + n % 9000,
            45000 + n % 7000, 'EUR', 'annual', jsonb_build_object('make', 'Toyota', 'model', 'Corolla', 'registration', 'AB' || n)
       FROM generate_series(1, $1::int) n`,
    [count],
  );
  await client.query(
    `INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
     SELECT 'c' || n, '*', true, 'import', false, '2030-01-01Z' FROM generate_series(1, $1::int) n`,
    [count],
  );
  await client.query('VACUUM ANALYZE customers, policies, consent_state');
}

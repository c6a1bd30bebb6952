export const lines = ['motor', 'home', 'life', 'health', 'travel', 'commercial'];
const zones = ['Europe/Madrid', 'Europe/London', 'Asia/Shanghai', 'America/New_York', 'Australia/Sydney'];

/** The day that the book is told from. */
export const bookDay = '2026-11-22';

/**
 * A book made in place, the same every time: two customers to three policies, six lines, five zones, dates over a
 * year; consent with two thirds, one address in fifty shared, some unpaid instalments, complaints and hard bounces.
 */
export async function makeBook(client, policies) {
  const customers = Math.ceil((policies * 2) / 3);
  await client.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, birth_date, locale, time_zone, region)
     SELECT 'C' || n, 'Given' || n % 997, 'Family' || n % 1999,
            CASE WHEN n % 100 < 98 THEN 'c' || n - (n % 50 = 1)::int || '@example.com' END,
            date '1940-01-01' + (n % 24000 * 7919) % 24000, CASE WHEN n % 3 = 0 THEN 'zh-CN' ELSE 'en' END,
            ($2::text[])[n % 5 + 1], ($3::text[])[n % 5 + 1]
     FROM generate_series(0, $1::int - 1) AS n`,
    [customers, zones, ['ES-MD', 'GB', 'CN-31', 'US-NY', 'AU-NSW']],
  );
  await client.query(
    `INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, premium_minor,
                           previous_premium_minor, currency, payment_mode, status_since, grace_ends_on, term_no,
                           do_not_renew)
     SELECT 'P' || n, 'C' || n % $2::int, ($3::text[])[n % 6 + 1], 'Plus',
            CASE WHEN n % 20 = 0 THEN 'grace' WHEN n % 20 < 3 THEN 'lapsed' ELSE 'in_force' END,
            date '${bookDay}' - (n * 31) % 3650, date '${bookDay}' - 30 + (n * 17) % 365,
            20000 + n % 90000, 19000 + n % 90000, 'EUR', CASE WHEN n % 4 = 0 THEN 'monthly' ELSE 'annual' END,
            date '${bookDay}' - (n * 13) % 90, date '${bookDay}' + (n * 13) % 60, 1 + n % 3, n % 40 = 7
     FROM generate_series(0, $1::int - 1) AS n`,
    [policies, customers, lines],
  );
  await client.query(`
    INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
    SELECT customer_id, '*', row_number() OVER () % 9 > 0, 'import', false, timestamptz '2026-01-01Z'
    FROM customers WHERE substr(customer_id, 2)::int % 3 > 0;
    INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
    SELECT customer_id, 'newsletter', false, 'one_click', true, timestamptz '2026-02-01Z'
    FROM customers WHERE substr(customer_id, 2)::int % 25 = 3;
    INSERT INTO suppressions (address, reason) SELECT email, 'hard_bounce' FROM customers
    WHERE substr(customer_id, 2)::int % 200 = 9;
    INSERT INTO customer_events (event_id, type, customer_id, at)
    SELECT 'E' || customer_id, 'complaint_opened', customer_id, timestamptz '2026-10-01Z' FROM customers
    WHERE substr(customer_id, 2)::int % 300 = 11;
    INSERT INTO instalments (policy_id, due_date, amount_minor, currency)
    SELECT policy_id, date '${bookDay}' + month * 30 + substr(policy_id, 2)::int % 30, 9000, 'EUR'
    FROM policies, generate_series(0, 3) AS month WHERE payment_mode = 'monthly'`);
  await client.query(
    'VACUUM ANALYZE customers, policies, consent_state, instalments, customer_events, suppressions',
  );
}

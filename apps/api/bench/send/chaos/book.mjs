import { Server } from './server.mjs';

const classes = ['marketing', 'service', 'legal'];

/** A third of the messages are marketing, a third service, a third legal: everybody gets one of each. */
export function expectedRows(messages) {
  return Math.ceil(messages / classes.length) * classes.length;
}

const campaigns = classes.map((each) => ({
  key: each,
  name: `Chaos, ${each}`,
  class: each,
  topic: 'renewals',
  subject: 'policy',
  audience: { field: 'policy.status', op: 'eq', value: 'in_force' },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  // Due at midnight of this very day: the machines go by the wall clock.
  steps: [{ key: 't-30', offsetDays: -30, at: '00:00', template: 'renewal-reminder' }],
}));

/** A server with a database `book`: people who are due a letter of each class today, and the campaigns at work. */
export async function serverWithBook(machine, messages, given = {}) {
  const server = await Server.create(given);
  await server.ask('postgres', 'CREATE DATABASE book');
  const databaseUrl = server.urlOf('book');
  await machine.ask('migrate', { databaseUrl });
  await server.ask(
    'book',
    `
    INSERT INTO customers (customer_id, given_name, family_name, email, locale, time_zone)
    SELECT 'c' || n, 'Ann', 'Reader ' || n, 'c' || n || '@example.com', 'en', 'UTC'
      FROM generate_series(1, ${expectedRows(messages) / classes.length}) n;
    INSERT INTO policies (policy_id, customer_id, line, status, start_date, renewal_date, premium_minor, currency,
                          previous_premium_minor, payment_mode)
    SELECT 'p' || substr(customer_id, 2), customer_id, 'motor', 'in_force', date '2020-01-01',
           (now() AT TIME ZONE 'UTC')::date + 30, 48000, 'EUR', 45000, 'annual'
      FROM customers;
    INSERT INTO consent_state (customer_id, topic, granted, source, by_customer, at)
    SELECT customer_id, '*', true, 'chaos', true, '2020-01-01Z' FROM customers;
    ANALYZE`,
  );
  await machine.ask('open', { databaseUrl, mailUrl: 'smtp://127.0.0.1:9', roles: [], connections: 1 });
  await machine.ask('apply', { campaigns });
  await machine.ask('close');
  return server;
}

import { SqlParameters } from '../audiences/audiences.types.js';
import type { DeliveryQuery } from './deliveries.schemas.js';

/** A part of the ledger's list: which rows, as an SQL condition over `d` (deliveries), `c` (campaigns), `u` (customers). */
export function deliveryCondition(query: DeliveryQuery, now: Date, parameters: SqlParameters): string {
  const conditions = ['true'];
  const add = (value: unknown, type: string, condition: (parameter: string) => string) => {
    if (value !== undefined && value !== '') conditions.push(condition(parameters.add(value, type)));
  };
  add(query.campaign, 'text', (key) => `c.key = ${key}`);
  add(query.step, 'text', (step) => `d.step = ${step}`);
  add(query.state, 'text[]', (states) => `d.state = ANY (${states})`);
  add(query.reason, 'text[]', (reasons) => `coalesce(d.reason, 'none') = ANY (${reasons})`);
  add(query.class, 'text', (name) => `d.class = ${name}`);
  add(query.channel, 'text', (name) => `d.channel = ${name}`);
  add(query.variant, 'text', (key) => `d.variant = ${key}`);
  add(query.topic, 'text', (topic) => `d.topic = ${topic}`);
  add(query.customerId, 'text', (id) => `d.customer_id = ${id}`);
  add(query.policyId, 'text', (id) => `d.policy_id = ${id}`);
  add(query.dueFrom, 'timestamptz', (from) => `d.due_at >= ${from}`);
  add(query.dueTo, 'timestamptz', (to) => `d.due_at < ${to}`);
  add(query.sentFrom, 'timestamptz', (from) => `d.sent_at >= ${from}`);
  add(query.sentTo, 'timestamptz', (to) => `d.sent_at < ${to}`);
  if (query.overdue) {
    add(now, 'timestamptz', (at) => `d.state IN ('planned', 'sending') AND d.due_at < ${at}`);
  }
  add(query.q?.toLowerCase(), 'text', (start) => {
    const names = ['d.customer_id', 'd.policy_id', 'd.recipient', 'u.given_name', 'u.family_name', 'u.email'];
    const whole = `concat_ws(' ', u.given_name, u.family_name)`;
    return `(${[...names, whole].map((name) => `starts_with(lower(${name}), ${start})`).join(' OR ')})`;
  });
  return conditions.join(' AND ');
}

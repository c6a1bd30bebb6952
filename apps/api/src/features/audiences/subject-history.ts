import { statusEvents } from '@aftercare/domain';

/** Names the change of a policy's status as the event that campaigns hang on; NULL for those that are none. */
function statusEvent(transition: string): string {
  const cases = Object.entries(statusEvents).map(([event, name]) => `WHEN '${name}' THEN '${event}'`);
  return `CASE ${transition} ${cases.join(' ')} END`;
}

/**
 * What has happened to a customer and their policies, as JSON of the domain's `PlanEvent`s, and the last day on which
 * we were in touch: SQL of two values. For a customer or a few; planning a whole book has its own statements.
 *
 * @param customer the name that the statement has given to a row of `customers`
 */
export function subjectHistory(customer: string): { events: string; lastContactOn: string } {
  const ofPolicies = (table: string) =>
    `FROM policies own JOIN ${table} USING (policy_id) WHERE own.customer_id = ${customer}.customer_id`;
  return {
    events: `(SELECT coalesce(jsonb_agg(jsonb_build_object('event', event, 'policyId', policy_id, 'when', moment)), '[]')
      FROM (
        SELECT type AS event, policy_id, to_jsonb(at) AS moment
        FROM customer_events WHERE customer_id = ${customer}.customer_id
        UNION ALL SELECT ${statusEvent('transition')}, policy_id, to_jsonb(changed_on) ${ofPolicies('policy_status_changes')}
        UNION ALL SELECT 'policy_renewed', policy_id, to_jsonb(closed_at) ${ofPolicies('closed_terms')}
      ) happened WHERE event IS NOT NULL)`,
    lastContactOn: `(SELECT contact_on FROM last_contacts WHERE customer_id = ${customer}.customer_id)`,
  };
}

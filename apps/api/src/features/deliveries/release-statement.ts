// What a release asks of the ledger and the book, as SQL.

/**
 * Rows that may be released: due, planned by a version that was approved, of a campaign that is active. What a mail
 * server put off waits by the clock; what the contact gate put off, by the time that rows are judged at ($1), which
 * in a run as of another day is not the clock's.
 */
export const isDue = `
  d.campaign_id = c.campaign_id AND d.waiting AND d.due_at <= $1
  AND EXISTS (SELECT FROM campaign_versions v
               WHERE v.campaign_id = d.campaign_id AND v.version = d.campaign_version AND v.state = 'approved')
  AND (d.next_attempt_at IS NULL
    OR d.next_attempt_at <= CASE WHEN d.reason = ANY ($2::text[]) THEN $1 ELSE clock_timestamp() END)`;

/** A {@link DueRow}. */
export const dueColumns = `
  d.delivery_id AS "deliveryId", d.anchor_date AS "anchorDate", d.campaign_id AS "campaignId",
  d.campaign_version AS "campaignVersion", d.step, d.class, d.channel, d.priority, d.due_at AS "dueAt",
  d.expires_at AS "expiresAt", d.customer_id AS "customerId",
  CASE WHEN d.channel = 'email' THEN lower(u.email) END AS address,
  u.time_zone AS "customerZone", p.time_zone AS "policyZone", u.region, merging.by AS "mergeBy"`;

/** Of each version once: its definition is long, and would be unpacked for each row. */
export const merging = `
  merging AS MATERIALIZED (
    SELECT campaign_id, version AS campaign_version, definition -> 'merge' ->> 'by' AS by
      FROM campaign_versions
     WHERE definition -> 'merge' ->> 'by' IS NOT NULL
  )`;

/** The customer and the policy of a row, and how its campaign merges; `merging` must stand before it. */
export const people = `
  LEFT JOIN customers u USING (customer_id)
  LEFT JOIN policies p USING (policy_id)
  LEFT JOIN merging USING (campaign_id, campaign_version)`;

/**
 * Which rows of the ledger are contacts that take a place under the frequency cap, as SQL: handed to a worker,
 * under way, or gone out. Written as the partial indexes deliveries_counted and deliveries_counted_address are.
 *
 * @param limits the alias of contact_limits
 */
export function isCounted(row: string, limits: string): string {
  return `${row}.chunk_id IS NOT NULL AND ${row}.state IN ('planned', 'sending', 'sent', 'in_doubt')
    AND (${row}.class = 'marketing' OR ${row}.class = 'service' AND ${limits}.cap_counts_service)`;
}

/**
 * What a counted row goes in, as SQL: rows of one letter are one contact. Once there is a message, its id; before
 * that, what the campaign would merge.
 */
export function letterOf(row: string): string {
  const group = ['campaign_id', 'campaign_version', 'step', 'contact_on']
    .map((column) => `${row}.${column}::text`)
    .join(` || ' ' || `);
  return `CASE WHEN ${row}.state <> 'planned' THEN coalesce(${row}.message_id, ${row}.delivery_id::text)
    ELSE coalesce((SELECT ${group} || ' ' || CASE v.definition -> 'merge' ->> 'by'
                     WHEN 'customer' THEN ${row}.customer_id WHEN 'address' THEN ${row}.recipient END
                     FROM campaign_versions v
                    WHERE v.campaign_id = ${row}.campaign_id AND v.version = ${row}.campaign_version),
                  ${row}.delivery_id::text) END`;
}

/**
 * The name that {@link letterOf} gives to a planned row, for one that is not in the ledger's count yet.
 *
 * @param by what the campaign merges by, if it does
 */
export function plannedLetter(
  row: { deliveryId: string; campaignId: string; campaignVersion: number; step: string; customerId: string },
  by: 'customer' | 'address' | null,
  contactOn: string,
  address: string | null,
): string {
  if (by === null || (by === 'address' && address === null)) return row.deliveryId;
  const reader = by === 'customer' ? row.customerId : address;
  return [row.campaignId, row.campaignVersion, row.step, contactOn, reader].join(' ');
}

/**
 * How many days before and after the day on which a row goes its anchor date can lie, over all versions that may
 * have rows. By it the partitions of the ledger are left out in which no contact of a time can be.
 */
export const anchorReach = `
  SELECT coalesce(max(offset_days + late_days), 0) + 1 AS before, coalesce(max(-offset_days), 0) + 1 AS after
    FROM (SELECT (step ->> 'offsetDays')::int AS offset_days,
                 ((v.definition ->> 'catchUpHours')::int + 23) / 24 AS late_days
            FROM campaign_versions v CROSS JOIN LATERAL jsonb_array_elements(v.definition -> 'steps') AS step) steps`;

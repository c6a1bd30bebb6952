/**
 * Whether a released row `d` may still be begun, as SQL: not once somebody has stopped all sending or paused its campaign.
 * The campaigns are looked up once for all rows of a statement.
 */
export const mayBegin = `
  NOT EXISTS (SELECT FROM contact_limits WHERE sending_stopped_at IS NOT NULL)
  AND d.campaign_id IN (SELECT campaign_id FROM campaigns WHERE state = 'active')`;

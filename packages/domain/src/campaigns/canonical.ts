import type { Campaign } from './campaign.js';

/**
 * The one text that a campaign's content hash is taken of: its JSON with the fields of every object in order of
 * their names and no spaces. Two files that mean the same give the same text, however they were written.
 */
export function canonicalCampaign(campaign: Campaign): string {
  return JSON.stringify(campaign, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

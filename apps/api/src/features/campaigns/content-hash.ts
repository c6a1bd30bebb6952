import { createHash } from 'node:crypto';
import { canonicalCampaign, usedTemplates, type Campaign } from '@aftercare/domain';
import { templateVersion } from '@aftercare/notifications';

/** The hashes of the templates that a campaign uses, as they are installed, by name. */
export function installedTemplates(definition: Campaign): Record<string, string> {
  return Object.fromEntries(usedTemplates(definition).map((name) => [name, templateVersion(name) ?? 'none']));
}

/** What a decision is bound to: all that a campaign says, and the words and look of every letter it sends. */
export function contentHash(definition: Campaign, templates: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(canonicalCampaign(definition));
  for (const name of Object.keys(templates).sort()) hash.update(`\n${name} ${templates[name]}`);
  return hash.digest('hex');
}

/** The templates that are installed otherwise than a version was pinned with, by name. */
export function changedTemplates(
  definition: Campaign,
  pinned: Readonly<Record<string, string>>,
): { name: string; pinned: string | null; installed: string }[] {
  return Object.entries(installedTemplates(definition))
    .filter(([name, installed]) => pinned[name] !== installed)
    .map(([name, installed]) => ({ name, pinned: pinned[name] ?? null, installed }));
}

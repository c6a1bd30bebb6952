import type { ImportKind } from '#lib/api/types.ts';
import { m } from '#lib/paraglide/messages.js';

const kinds: Record<ImportKind, () => string> = {
  customers: m.import_customers,
  policies: m.import_policies,
  instalments: m.import_instalments,
  events: m.import_events,
};

/** In the order in which files must arrive: a policy needs its customer, an instalment its policy. */
export const importKinds = Object.keys(kinds) as ImportKind[];
export const importKindName = (kind: ImportKind): string => kinds[kind]();

/** Who started an import: a colleague's number says nothing, so oneself by name and others as the staff. */
export function importStarter(startedBy: string, me: { userId: string; name: string } | null): string {
  if (startedBy === me?.userId) return me.name;
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(startedBy) ? m.source_staff() : startedBy;
}

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

import FileUp from '@lucide/svelte/icons/file-up';
import Gauge from '@lucide/svelte/icons/gauge';
import Mails from '@lucide/svelte/icons/mails';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Send from '@lucide/svelte/icons/send';
import Users from '@lucide/svelte/icons/users';
import type { StaffRole } from '#lib/api/types.ts';
import { m } from '#lib/paraglide/messages.js';

/** The rooms of the desk: where, what it is called, the key that follows "g", and who may enter (absent: everybody). */
export const places: {
  href: '/staff' | `/staff/${string}`;
  label: () => string;
  key: string;
  icon: typeof Gauge;
  roles?: StaffRole[];
}[] = [
  { href: '/staff', label: m.desk_today, key: 't', icon: Gauge },
  { href: '/staff/sending', label: m.desk_sending, key: 's', icon: Send },
  { href: '/staff/campaigns', label: m.desk_campaigns, key: 'c', icon: Megaphone },
  { href: '/staff/deliveries', label: m.desk_deliveries, key: 'd', icon: Mails },
  { href: '/staff/customers', label: m.desk_customers, key: 'u', icon: Users },
  { href: '/staff/imports', label: m.desk_imports, key: 'i', icon: FileUp, roles: ['admin'] },
];

export const placesFor = (role: StaffRole) =>
  places.filter((place) => !place.roles || place.roles.includes(role));

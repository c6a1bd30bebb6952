import type { Brand } from '@aftercare/notifications';
import type { Config } from '../config/config.js';

/** The insurer as messages show it: named by `MAIL_FROM`, in the built-in colour. */
export function brandOf(config: Pick<Config, 'mailFrom' | 'publicUrl'>): Brand {
  const { name, address } = mailboxOf(config.mailFrom);
  return {
    name: name ?? address.slice(address.indexOf('@') + 1),
    logoUrl: null,
    colour: '#0f5f6b',
    postalAddress: '1 Harbour Street, Port Example',
    contactEmail: address,
    contactPhone: null,
    portalUrl: `${config.publicUrl}/`,
  };
}

/** `MAIL_FROM` in its parts: `Name <address>`, or an address alone. */
export function mailboxOf(mailFrom: string): { name: string | null; address: string } {
  const [, name, address] = /^\s*"?([^<"]*?)"?\s*<([^<>]+)>\s*$/.exec(mailFrom) ?? [];
  return address === undefined ? { name: null, address: mailFrom.trim() } : { name: name || null, address };
}

import type { Brand, Mailbox } from '@aftercare/notifications';
import type { Config } from '../config/config.js';

/** `MAIL_FROM` in its parts: `Name <address>`, or an address alone. */
export function senderOf(mailFrom: string): Mailbox {
  const named = /^\s*(.*?)\s*<([^<>]+)>\s*$/.exec(mailFrom);
  if (!named) return { name: null, address: mailFrom.trim() };
  return { name: named[1]!.replace(/^"(.*)"$/, '$1') || null, address: named[2]! };
}

/** The insurer as its letters and its portal show it. */
export function brandOf(config: Pick<Config, 'publicUrl'>, sender: Mailbox): Brand {
  return {
    name: sender.name ?? sender.address,
    colour: '#0f766e',
    postalAddress: '1 Harbour Street, Port Example',
    contactEmail: sender.address,
    portalUrl: config.publicUrl,
  };
}

import type { NamedMessage, ReplyClass, ReplyKind } from '@aftercare/notifications';

export const evidenceKinds = [
  'bounced',
  'delayed',
  'delivered',
  /** Handed on to where nothing more will be heard of it: it did go out. */
  'relayed',
  'complaint',
  'auto_reply',
  'reply',
  /** It came back to us, and nobody knows what it says. */
  'unclear',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What somebody reports of one message to one address. */
export interface Evidence {
  kind: EvidenceKind;
  /** Deliveries that it may be about, likeliest first: the first that the ledger has counts. */
  deliveryIds: string[];
  /** The address that it names. */
  address: string | null;
  at: Date;
  status: string | null;
  verdict: ReplyClass | null;
  excerpt: string | null;
  /** Unique for its source. */
  externalId: string;
  /**
   * `signed`: its sender has shown who they are. `named`: it names a delivery's id, which only the reader of the letter
   * knows. Anything else is kept for people to look at, and changes nothing.
   */
  trust: 'signed' | 'named' | 'none';
}

const bounceReasons: Record<ReplyKind, string> = {
  address_dead: 'address_refused',
  mailbox_full: 'mailbox_full',
  content: 'message_refused',
  blocked: 'blocked',
  sender: 'blocked',
  rate_limited: 'blocked',
  temporary: 'undeliverable',
  other: 'undeliverable',
};

/** Why a row is `bounced`, in the ledger's words. */
export function bounceReason(kind: ReplyKind): string {
  return bounceReasons[kind];
}

const softKinds: readonly ReplyKind[] = ['mailbox_full', 'temporary', 'other'];

/**
 * Whether a message that was not delivered says something against its address, short of its being dead. What is said
 * of us (blocked, content, our sender, our rate) does not: a provider that blocks us for a week would otherwise silence
 * everybody who has their mailbox there.
 */
export function isSoft(kind: ReplyKind): boolean {
  return softKinds.includes(kind);
}

/** So many soft bounces in a row, with no delivery between them, and an address is not written to any more. */
export const softBouncesAtMost = 5;

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/** The deliveries that a report names: by their own header, or as the first half of a `Message-ID` of ours. */
export function idsIn({ deliveryIds, messageIds }: NamedMessage): string[] {
  const ids = [...deliveryIds, ...messageIds].flatMap((text) => uuid.exec(text)?.[0].toLowerCase() ?? []);
  return [...new Set(ids)];
}

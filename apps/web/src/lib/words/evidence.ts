import type { DeliveryEvidence } from '#lib/api/generated/types.gen.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Tone } from '#lib/ui/Pill.svelte';

const kinds: Record<DeliveryEvidence['kind'], { name: () => string; tone: Tone }> = {
  bounced: { name: m.evidence_bounced, tone: 'bad' },
  delayed: { name: m.evidence_delayed, tone: 'warn' },
  delivered: { name: m.evidence_delivered, tone: 'good' },
  relayed: { name: m.evidence_relayed, tone: 'quiet' },
  complaint: { name: m.evidence_complaint, tone: 'bad' },
  auto_reply: { name: m.evidence_auto_reply, tone: 'quiet' },
  reply: { name: m.evidence_reply, tone: 'accent' },
  unclear: { name: m.evidence_unclear, tone: 'quiet' },
};

const subjects: Record<string, () => string> = {
  address_dead: m.evidence_about_address_dead,
  mailbox_full: m.evidence_about_mailbox_full,
  content: m.evidence_about_content,
  blocked: m.evidence_about_blocked,
  sender: m.evidence_about_sender,
  rate_limited: m.evidence_about_rate_limited,
  temporary: m.evidence_about_temporary,
  other: m.evidence_about_other,
};

const providers: Record<string, string> = {
  ses: 'Amazon SES',
  sendgrid: 'SendGrid',
  mailgun: 'Mailgun',
  postmark: 'Postmark',
};

/** What was reported of a letter, in a word or two. */
export const evidenceName = (kind: DeliveryEvidence['kind']): string => kinds[kind].name();
export const evidenceTone = (kind: DeliveryEvidence['kind']): Tone => kinds[kind].tone;

/** What a report is about; what has no words of ours is shown readable. */
export function evidenceAbout(detail: string): string {
  return subjects[detail]?.() ?? detail.replaceAll('_', ' ');
}

/** By which door a report came in. */
export function evidenceSource(source: string): string {
  if (source === 'mail') return m.evidence_by_mail();
  if (source === 'click') return m.evidence_by_click();
  return m.evidence_by_provider({ name: providers[source] ?? source });
}

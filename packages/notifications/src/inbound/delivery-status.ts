import { classifyReply } from './classify.js';
import { addressIn, readBlocks, type Fields } from './fields.js';
import type { RecipientStatus } from './report.types.js';

const actions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;

/**
 * What a `message/delivery-status` part (RFC 3464) says of each recipient. Tolerant: a block counts that names an
 * action or a status, whatever else is missing from it.
 */
export function readDeliveryStatus(text: string): RecipientStatus[] {
  return readBlocks(text).flatMap((fields) => recipientStatus(fields) ?? []);
}

function recipientStatus(fields: Fields): RecipientStatus | null {
  const status = statusIn(fields.get('status'));
  const action = actionOf(fields.get('action'), status);
  if (action === null) return null;
  // The original recipient is the one that we wrote to; the final one may be where it was forwarded to.
  const address = addressIn(fields.get('original-recipient')) ?? addressIn(fields.get('final-recipient'));
  const diagnostic = fields.get('diagnostic-code')?.replace(/^[a-z0-9-]+ *; */i, '') ?? null;
  return statusOf(action, address, status, diagnostic);
}

/** A recipient's status with what it means. */
export function statusOf(
  action: RecipientStatus['action'],
  address: string | null,
  status: string | null,
  diagnostic: string | null,
): RecipientStatus {
  const said = /^\D{0,40}\b([245]\d\d)\b[ -]*(?:#?([245]\.\d{1,3}\.\d{1,3}))?/.exec(diagnostic ?? '');
  // A status like 5.0.0 says less than what the diagnosis may repeat.
  const precise = status === null || status.endsWith('.0.0') ? (said?.[2] ?? status) : status;
  // Who gave up without a code meant it for good all the same.
  const code = said ? Number(said[1]) : action === 'failed' && precise === null ? 500 : null;
  const verdict = classifyReply({ code, status: precise, text: diagnostic ?? '', stage: 'report' });
  // Whatever the last attempt met: who has given up will not try again, and who is late has not given up.
  const permanent = action === 'failed';
  const kind =
    verdict.kind === 'temporary' && permanent && isDead(precise, code) ? 'address_dead' : verdict.kind;
  const alive = action === 'delayed' && kind === 'address_dead' ? 'temporary' : kind;
  return { action, address, status: precise, diagnostic, verdict: { kind: alive, permanent } };
}

/** A report that gave up and names a dead address, though the last reply was one for now. */
function isDead(status: string | null, code: number | null): boolean {
  return status?.startsWith('5.1.1') === true && code !== null && code < 500;
}

function actionOf(text: string | undefined, status: string | null): RecipientStatus['action'] | null {
  const word = text?.toLowerCase() ?? '';
  const known = actions.find((action) => word.startsWith(action));
  if (known) return known;
  if (status === null) return null;
  return status.startsWith('2') ? 'delivered' : status.startsWith('4') ? 'delayed' : 'failed';
}

function statusIn(text: string | undefined): string | null {
  return /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(text ?? '')?.[1] ?? null;
}

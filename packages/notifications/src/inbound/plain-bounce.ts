import { statusOf } from './delivery-status.js';
import { addressIn } from './fields.js';
import type { RecipientStatus } from './report.types.js';

/** How mail servers that know no RFC 3464 begin their prose: qmail, Exim, Postfix, Exchange, and those that copy them. */
const openings =
  /this is the qmail-send program|mail delivery failed|(?:message|mail) (?:that you sent )?could ?n[o']t be delivered|could not deliver|delivery (?:has failed|to the following|failed)|did not reach (?:the following|some or all)|recipient\(s\) could not be reached|following address(?:es)? (?:failed|had)|undeliver(?:able|ed)|returned to sender|permanent(?:ly)? (?:error|fail)|this message was created automatically by mail delivery software|退信|无法投递|投递失败/i;

const lateness =
  /\bdelayed\b|will (?:keep |be )?(?:try|trying|retried|continue)|warning: message|no action is required|still being retried/i;

/** From where the message itself is quoted nothing is the mail server's word. */
const returned =
  /^[ >]*-{2,} ?(?:this is a copy|below this line|original message|message headers|the body of the message|included is a copy|returned message|forwarded message).*$|^--- 附件/im;

const diagnosis = /(?:^|[\s:#(])([45]\d\d)[ -]#?(?:[45]\.\d{1,3}\.\d{1,3}\b)?|#?\b[45]\.\d{1,3}\.\d{1,3}\b/;

const proseAtMost = 8_000;

/**
 * What a bounce in prose says. Modest: it finds the first address after the opening words, and the reply beside it.
 * @param failedRecipients the header `X-Failed-Recipients`, which Exim and its heirs write
 * @returns null when it does not read like a bounce
 */
export function readPlainBounce(text: string, failedRecipients: string | null): RecipientStatus[] | null {
  const end = returned.exec(text)?.index ?? text.length;
  const prose = text.slice(0, Math.min(end, proseAtMost));
  const opening = openings.exec(prose.replaceAll(/\s/g, ' '));
  if (failedRecipients === null && !opening) return null;
  const action = lateness.test(prose) ? 'delayed' : 'failed';
  const listed = (failedRecipients ?? '').split(',').flatMap((part) => addressIn(part) ?? []);
  const address = listed[0] ?? addressIn(prose.slice(opening?.index ?? 0));
  const lines = prose.split(/\r?\n/).map((line) => line.trim());
  const at = lines.findIndex((line) => diagnosis.test(line));
  const said = at === -1 ? saidBeside(lines, address) : lines.slice(at, at + 3).join(' ');
  const status = /\b([45]\.\d{1,3}\.\d{1,3})\b/.exec(said)?.[1] ?? null;
  return [statusOf(action, address, status, codeFirst(said))];
}

/** Without any code, the words after the address are all there is. */
function saidBeside(lines: string[], address: string | null): string {
  const at = address === null ? -1 : lines.findIndex((line) => line.includes(address));
  return lines
    .slice(at + 1)
    .filter(Boolean)
    .slice(0, 3)
    .join(' ');
}

/** From the reply's code on, if it has one: prose before it is the reporting server's. */
function codeFirst(said: string): string {
  const at = /\b[45]\d\d[ -]/.exec(said)?.index ?? 0;
  return said.slice(at, at + 500);
}

import { domainToASCII } from 'node:url';

/** Why an address was refused; stable, for the ledger's reason column. */
export type AddressProblem =
  | 'empty'
  | 'control_character'
  | 'too_long'
  | 'not_an_address'
  | 'bad_local_part'
  | 'not_ascii'
  | 'bad_domain';

/** An address that no message may be sent to, or from. The message never repeats the whole address. */
export class AddressError extends Error {
  constructor(
    readonly code: AddressProblem,
    message: string,
  ) {
    super(message);
    this.name = 'AddressError';
  }
}

// RFC 5322 dot-atom. Quoted local parts are legal and refused: no mailbox provider hands them out,
// and they are where parsers disagree.
const dotAtom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * The one form of an e-mail address that goes into an envelope or a header: surrounding spaces
 * removed, an international domain in its ASCII form, the domain in lower case.
 *
 * Refused with {@link AddressError}: anything that is not `local@domain.tld`, quoted local parts,
 * address literals, and mailbox names that are not ASCII (they need SMTPUTF8 on every hop).
 * Lengths are those of RFC 5321 section 4.5.3.1.
 */
export function parseAddress(raw: string): string {
  // Only spaces are trimmed: a line break at either end is an injection attempt, not a typing slip.
  const text = raw.replace(/^ +| +$/g, '');
  if (text === '') throw new AddressError('empty', 'There is no address.');
  if (control.test(text)) {
    throw new AddressError('control_character', 'The address holds a control character or a line break.');
  }
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1) {
    throw new AddressError('not_an_address', 'The address is not of the form name@domain.');
  }
  const local = text.slice(0, at);
  if (/[^\u0020-\u007e]/.test(local)) {
    throw new AddressError(
      'not_ascii',
      'The part before the @ holds characters that few servers deliver to.',
    );
  }
  if (local.length > 64)
    throw new AddressError('too_long', 'The part before the @ is longer than 64 characters.');
  if (!dotAtom.test(local)) {
    throw new AddressError(
      'bad_local_part',
      'The part before the @ holds a character or a dot out of place.',
    );
  }
  const domain = asciiDomain(text.slice(at + 1));
  if (local.length + 1 + domain.length > 254) {
    throw new AddressError('too_long', 'The address is longer than 254 characters.');
  }
  return `${local}@${domain}`;
}

// Most of a book's addresses are at a few providers.
const domains = new Map<string, string>();
const mostDomains = 10_000;

function asciiDomain(raw: string): string {
  const known = domains.get(raw);
  if (known !== undefined) return known;
  const domain = readDomain(raw);
  if (domains.size >= mostDomains) domains.clear();
  domains.set(raw, domain);
  return domain;
}

function readDomain(raw: string): string {
  // domainToASCII percent-decodes and reads "1.2" as an IPv4 address, so what it may not see is kept out.
  const domain = /[\s%/?#\\:@[\]<>]/.test(raw) ? '' : domainToASCII(raw);
  const labels = domain.split('.');
  const tld = labels.at(-1) ?? '';
  const good = labels.length >= 2 && labels.every((part) => label.test(part)) && !/^\d+$/.test(tld);
  if (!good) throw new AddressError('bad_domain', 'The part after the @ is not a domain name.');
  return domain;
}

import { gateReasons, type Channel } from '@aftercare/domain';

const channelWords: Readonly<Record<Channel, string>> = {
  email: 'An e-mail.',
  portal: "A notice on the member's own pages.",
  task: 'A task for the staff.',
};

/** Why a row is where it is, beside what the contact gate says: what came of handing it over. */
const reasonWords: Readonly<Record<string, string>> = {
  ...gateReasons,
  global_holdout: 'The customer is among those who get no marketing at all, to measure what it does.',
  temporary_failure: 'The mail server has put it off.',
  mail_server_trouble: 'The mail server does not work at present; nothing is wrong with the message.',
  rate_limited: "It waits for its turn: mail to the reader's domain goes at a limited rate.",
  domain_backoff: "The reader's domain takes no mail from us for now; it is tried again later.",
  warm_up: 'Our sending domain is new to its readers, and what it may send that day has gone.',
  worker_lost: 'The process that handed it over died, so nobody knows whether it arrived.',
  no_reply: 'The mail server gave no answer to the whole message, so nobody knows whether it arrived.',
  resent: 'It went a second time after a doubt: the customer has it once or twice.',
  not_resent: 'Nobody knows whether it arrived, and it did not go a second time.',
  sender_refused: 'The mail server refused our own address.',
  address_refused: "The mail server refused the customer's address.",
  blocked: "The reader's provider wants no mail from us.",
  mailbox_full: "The reader's mailbox is full.",
  undeliverable: 'It could not be delivered.',
  message_refused: 'The mail server refused the message.',
  too_large: 'The message is larger than the mail server takes.',
  template_error: 'The message could not be made: something that it needs is missing.',
};

/** What a row of the ledger is and why it is where it is, in sentences. */
export function deliveryWords(row: {
  channel: Channel;
  reason: string | null;
  variant: string | null;
  mergedInto: string | null;
}): string {
  return [
    channelWords[row.channel],
    row.variant === null ? null : `Arm ${row.variant} of an experiment.`,
    row.mergedInto === null ? null : 'It went in one letter with another delivery.',
    row.reason === null ? null : (reasonWords[row.reason] ?? `Reason: ${row.reason}.`),
  ]
    .filter((sentence) => sentence !== null)
    .join(' ');
}

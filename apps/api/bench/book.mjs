import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderMessage } from '@aftercare/notifications';
import { loadConfig } from '../dist/platform/config/config.js';
import { brandOf, senderOf } from '../dist/platform/mail/brand.js';
import { fillBook } from './send/book.mjs';
import { openPlatform } from './support/platform.mjs';

export const description =
  'The readers and the letter of `send` as files, for any other product: an address, and so a letter, for each (--messages 20000 --out <folder>)';

const euros = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/**
 * Writes `readers.csv`, one line for each of the readers of `bench send`, and its letter as `letter.html`, `letter.txt`
 * and `subject.txt`, in which `{{column}}` stands for what the file has in a column, and `{{stop_url}}` for a link that
 * stops letters.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { messages: { type: 'string', default: '20000' }, out: { type: 'string' } },
  });
  if (values.out === undefined) throw new Error('--out <folder> is missing: where the files are to be.');
  mkdirSync(values.out, { recursive: true });
  const write = (name, text) => writeFileSync(join(values.out, name), text);
  const readers = await readBook(Number(values.messages));
  const columns = Object.keys(readers[0]);
  const lines = [columns, ...readers.map((reader) => Object.values(reader).map(quoted))];
  write('readers.csv', lines.map((line) => `${line.join(',')}\n`).join(''));
  const { subject, html, text } = await letter();
  write('letter.html', html);
  write('letter.txt', text);
  write('subject.txt', `${subject}\n`);
  return {
    readers: readers.length,
    columns,
    bytes: { html: Buffer.byteLength(html), text: Buffer.byteLength(text) },
  };
}

async function readBook(count) {
  const platform = await openPlatform();
  try {
    await fillBook(platform.client, count);
    const { rows } = await platform.client.query(`
      SELECT email, given_name || ' ' || family_name AS name, policy_id AS policy,
             concat_ws(' ', insured_object->>'make', insured_object->>'model') || ', ' || (insured_object->>'registration') AS object,
             previous_premium_minor::int AS before, premium_minor::int AS now
      FROM customers JOIN policies USING (customer_id) ORDER BY substr(policy_id, 2)::int`);
    return rows.map(({ before, now, ...reader }) => ({ ...reader, ...pricesOf(before, now) }));
  } finally {
    await platform.close();
  }
}

/** As the letter says them. */
function pricesOf(before, now) {
  const difference = Math.abs(now - before);
  return {
    previous_premium: euros.format(before / 100),
    premium: euros.format(now / 100),
    change: `${euros.format(difference / 100)} ${now > before ? 'more' : 'less'}`,
    share: percent.format(difference / before),
  };
}

function quoted(value) {
  return `"${value.replaceAll('"', '""')}"`;
}

/** The letter to somebody whose words are found nowhere else in it, and `{{column}}` in their place. */
async function letter() {
  const config = loadConfig({});
  const [before, now] = [45_678, 48_123];
  const stopUrl = 'https://portal.example/stop';
  const { subject, html, text } = await renderMessage({
    ...{ template: 'renewal-reminder', locale: 'en', today: '2031-05-06', timeZone: 'UTC' },
    brand: brandOf(config, senderOf(config.mailFrom)),
    ...{ preferencesUrl: stopUrl, unsubscribeUrl: stopUrl },
    data: {
      customer: { givenName: '{{name}}', familyName: null },
      policy: { number: 'ABCDEFGH', line: 'motor', product: 'Comprehensive', insuredObject: '{{object}}' },
      renewalDate: '2031-06-05',
      premium: { amountMinor: now, currency: 'EUR' },
      previousPremium: { amountMinor: before, currency: 'EUR' },
      ...{ paymentMode: 'annual', automatic: false, grace: null, shopAround: null },
      actionUrl: 'https://portal.example/policies/ABCDEFGH',
    },
  });
  const places = Object.entries({ policy: 'ABCDEFGH', stop_url: stopUrl, ...pricesOf(before, now) });
  // The letter shows the last four characters of a policy's number.
  const named = (words) =>
    [...places, ['policy', 'EFGH']].reduce(
      (all, [column, value]) => all.replaceAll(value, `{{${column}}}`),
      String(words),
    );
  return { subject, html: named(html), text: named(text) };
}

import type { Campaign } from '@aftercare/domain';
import type { ClaimedRow } from './chunk.repository.js';
import { plannedLetter } from './counted-contacts.js';

/** More than anybody reads in one letter; the rest goes in another. */
const mostInOne = 50;

/**
 * The rows of a chunk by the letters that they go in: each in its own, but for a campaign that merges what one reader
 * gets of a step on a day. One that may have arrived goes again with those it went with, or not at all.
 */
export function groupByLetter<Row extends { row: ClaimedRow; campaign: Campaign }>(
  rows: readonly Row[],
): Row[][] {
  const letters = new Map<string, Row[]>();
  for (const each of rows) {
    const { row, campaign } = each;
    const letter = row.doubted
      ? (row.messageId ?? row.deliveryId)
      : plannedLetter(row, campaign.merge?.by ?? null, row.contactOn, row.recipient);
    const others = letters.get(letter);
    if (others) others.push(each);
    else letters.set(letter, [each]);
  }
  return [...letters.values()].flatMap((together) =>
    Array.from({ length: Math.ceil(together.length / mostInOne) }, (_, part) =>
      together.slice(part * mostInOne, (part + 1) * mostInOne),
    ),
  );
}

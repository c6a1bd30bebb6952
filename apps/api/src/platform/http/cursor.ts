import { z } from 'zod';
import { ProblemError } from './problem.js';

/** The query of every list: where the last page ended, and how many rows to give. */
export const pageSchema = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

/** A page of a list. `nextCursor` is null on the last page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Packs the sort keys of a page's last row into an opaque text. */
export function encodeCursor(keys: unknown): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/**
 * Unpacks a cursor.
 * @throws ProblemError `bad_cursor` when it is not one this list has given out.
 */
export function decodeCursor<Keys>(schema: z.ZodType<Keys>, cursor: string): Keys {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new ProblemError(
      'bad_cursor',
      400,
      'The cursor is not one this list has given out. Start again without it.',
    );
  }
}

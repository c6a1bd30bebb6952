import type { Line, PaymentMode } from '@aftercare/domain';
import { z } from 'zod';
import { webAddress } from '../mime/web-address.js';

// The domain's own words, so that a new line or mode does not pass here before it has a name in every language.
const lines = ['motor', 'home', 'life', 'health', 'travel', 'commercial'] as const satisfies readonly Line[];
const modes = ['annual', 'semiannual', 'quarterly', 'monthly'] as const satisfies readonly PaymentMode[];

/** Text that says something: a field that is blank is as good as missing. */
export const text = (longest: number) => z.string().trim().min(1).max(longest);

export const link = z
  .string()
  .max(2000)
  .refine((raw) => webAddress(raw) !== null, 'is not a web address');

/** `amountMinor` in the currency's own minor unit, as in the import files. */
export const money = z.object({ amountMinor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });

/** The reader. Without a name the greeting does without; it never guesses one. */
export const customer = z.object({
  givenName: text(200).nullable(),
  familyName: text(200).nullable(),
});

export const policy = z.object({
  number: text(100),
  line: z.enum(lines),
  /** The insurer's own name for it. */
  product: text(200).nullable(),
  /** In words: "Toyota Corolla, AB12 CDE". */
  insuredObject: text(160).nullable(),
});

export const paymentMode = z.enum(modes);

/** A point in time with its offset. */
export const instant = z.iso.datetime({ offset: true });

export const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}, 'is not a time zone');

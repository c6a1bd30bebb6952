import { z } from 'zod';

/** Text that says something: a field that is blank is as good as missing. */
export const text = (longest: number) => z.string().trim().min(1).max(longest);

export const link = z.url({ protocol: /^https?$/ }).max(2000);

/** `amountMinor` in the currency's own minor unit, as in the import files. */
export const money = z.object({ amountMinor: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });

/** The reader. Without a name the greeting does without; it never guesses one. */
export const customer = z.object({
  givenName: text(100).nullable(),
  familyName: text(100).nullable(),
});

export const line = z.enum(['motor', 'home', 'life', 'health', 'travel', 'commercial']);

export const policy = z.object({
  number: text(60),
  line,
  /** The insurer's own name for it. */
  product: text(120).nullable(),
  /** In words: "Toyota Corolla, AB12 CDE". */
  insuredObject: text(160).nullable(),
});

/** A point in time with its offset. */
export const instant = z.iso.datetime({ offset: true });

export const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}, 'is not a time zone');

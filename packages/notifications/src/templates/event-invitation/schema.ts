import { z } from 'zod';
import { customer, instant, link, money, text, timeZone } from '../fields.js';

export const schema = z.object({
  customer,
  event: z.object({
    title: text(120),
    /** Paragraphs are parted by an empty line. */
    summary: text(1500),
    startsAt: instant,
    /** The zone the event takes place in, or the reader's own when it is online. */
    timeZone,
    minutes: z.int().positive().nullable(),
    /** Null when it is online. */
    place: z.object({ name: text(120), address: text(240) }).nullable(),
    speaker: text(160).nullable(),
    /** Null when it is free. */
    price: money.nullable(),
    /** Null when it is not limited, or not to be shown. */
    seatsLeft: z.int().positive().nullable(),
  }),
  actionUrl: link,
  calendarUrl: link.nullable(),
});

export const code = { schema };

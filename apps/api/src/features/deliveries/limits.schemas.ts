import { isCivilDate } from '@aftercare/domain';
import { z } from 'zod';

const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time like 08:00' });
const civilDate = z.string().refine(isCivilDate, { error: 'must be a date that exists, written YYYY-MM-DD' });

export const contactLimitsSchema = z
  .strictObject({
    cap: z
      .strictObject({ contacts: z.int().min(0).max(1000), days: z.int().min(1).max(366) })
      .describe(
        'So many contacts of marketing in any so many days, per person and per address. 0: no limit.',
      ),
    capCountsService: z.boolean().describe('Service messages take places as well; they are never put off.'),
    hours: z
      .strictObject({ opens: hour, closes: hour.or(z.literal('24:00')) })
      .refine(({ opens, closes }) => opens < closes, { error: 'opens must lie before closes' })
      .describe("By the customer's own clock. A region's law may leave fewer."),
    globalHoldout: z.number().min(0).max(0.5).describe('Share of customers that no marketing reaches.'),
  })
  .meta({ id: 'ContactLimits' });

export const regionSchema = z.string().regex(/^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)$/, {
  error: 'must be a code of ISO 3166-2 like US or US-CA, or *',
});
export const daySchema = civilDate;

export const noContactDaySchema = z
  .object({ region: regionSchema, day: civilDate, name: z.string() })
  .meta({ id: 'NoContactDay' });
export const noContactDaysSchema = z
  .object({ items: z.array(noContactDaySchema) })
  .meta({ id: 'NoContactDays' });
export const noContactDaysQuerySchema = z.strictObject({ from: civilDate, to: civilDate });
export const noContactDayNameSchema = z.strictObject({ name: z.string().trim().min(1).max(100) });

export const sendingStateSchema = z
  .object({
    stopped: z.boolean(),
    at: z.iso.datetime().nullable(),
    by: z.string().nullable().describe('Who stopped it: the name of an employee, or command line.'),
    reason: z.string().nullable(),
  })
  .meta({ id: 'SendingState' });
export type SendingState = z.infer<typeof sendingStateSchema>;

export const transportsSchema = z
  .object({
    transports: z
      .array(
        z.object({
          name: z.string().describe('Host and port, or the development inbox.'),
          state: z
            .enum(['working', 'holding', 'trying'])
            .describe(
              'holding: not asked before retryAt; trying: that has come, the next message goes to it.',
            ),
          reason: z.string().nullable(),
          detail: z.string().nullable().describe('What the mail server said, or did not say.'),
          since: z.iso.datetime().nullable(),
          failures: z.int(),
          retryAt: z.iso.datetime().nullable(),
        }),
      )
      .describe('In the order in which they are tried.'),
    using: z.string().nullable().describe('The one that messages go to at present; null: none takes any.'),
  })
  .meta({ id: 'Transports' });
export type Transports = z.infer<typeof transportsSchema>;

export const stopReasonSchema = z.strictObject({ reason: z.string().trim().min(1).max(500) });

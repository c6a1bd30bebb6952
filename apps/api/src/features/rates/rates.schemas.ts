import { isCivilDate } from '@aftercare/domain';
import { z } from 'zod';
import { domainOf } from './rates.types.js';

const label = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const domainName = z
  .string()
  .trim()
  .transform(domainOf)
  .refine((name) => label.test(name), { error: 'must be the name of a domain, like example.com' });

const perSecondError = 'must be a number of messages a second, from 0.001 to 100000';
const perSecond = z
  .number({ error: perSecondError })
  .min(0.001, { error: perSecondError })
  .max(100_000, { error: perSecondError });

/** What a limit is about and how high it is. */
export const rateLimitSchema = z
  .discriminatedUnion('scope', [
    z.strictObject({ scope: z.literal('total'), name: z.literal('').default(''), perSecond }),
    z.strictObject({ scope: z.literal('identity'), name: domainName, perSecond }),
    z.strictObject({ scope: z.literal('domain'), name: z.literal('*').or(domainName), perSecond }),
  ])
  .meta({ id: 'RateLimit' });

export const rateScopeSchema = z.enum(['total', 'identity', 'domain']);
/** As in a path: `-` stands for the total, which has no name. */
export const rateNameSchema = z
  .literal('-')
  .transform(() => '')
  .or(z.literal('*'))
  .or(domainName);
export const perSecondSchema = z.strictObject({ perSecond });

const messages = (most: number) => {
  const error = `must be a whole number of messages from 1 to ${most}`;
  return z.int({ error }).min(1, { error }).max(most, { error });
};
const factorError = 'must be a number from 1.01 to 10: how many times the messages of the day before';

const rampShape = {
  startsOn: z.string().refine(isCivilDate, { error: 'must be a date that exists, written YYYY-MM-DD' }),
  firstDay: messages(10_000_000).describe('Messages on the first day.'),
  factor: z
    .number({ error: factorError })
    .min(1.01, { error: factorError })
    .max(10, { error: factorError })
    .describe('Each day has so many times the messages of the day before.'),
  upTo: messages(100_000_000).describe('The ramp is over once a day would have as many.'),
};
const rising = ({ firstDay, upTo }: { firstDay: number; upTo: number }) => upTo >= firstDay;
const notRising = { path: ['upTo'], error: 'must not be less than firstDay' };

export const warmUpRampSchema = z
  .strictObject(rampShape)
  .refine(rising, notRising)
  .meta({ id: 'WarmUpRamp' });
export const warmUpSchema = z
  .strictObject({ identity: domainName, ...rampShape })
  .refine(rising, notRising)
  .meta({ id: 'WarmUp' });
export const identitySchema = domainName;

const instant = z.iso.datetime();
const warmUpTodaySchema = z
  .object({
    identity: z.string(),
    ...rampShape,
    day: z.iso.date().describe('The day of UTC that it is.'),
    allowed: z.int().nullable().describe('Messages that may go on that day; null: the ramp is over.'),
    taken: z.int().describe('Messages that have gone.'),
  })
  .meta({ id: 'WarmUpToday' });

export const ratesStatusSchema = z
  .object({
    total: z
      .object({
        perSecond: z.number(),
        chosen: z.boolean().describe('Chosen here; otherwise it is MAIL_RATE_PER_SECOND.'),
      })
      .nullable()
      .describe('Null: no limit.'),
    identity: z.string().describe('The domain of MAIL_FROM.'),
    limits: z.array(z.object({ scope: rateScopeSchema, name: z.string(), perSecond: z.number() })),
    warmUps: z.array(warmUpTodaySchema),
    backoffs: z
      .array(
        z.object({
          domain: z.string(),
          reply: z.string().describe('What its server said last.'),
          since: instant,
          failures: z.int(),
          until: instant,
          waitSeconds: z.number(),
        }),
      )
      .describe('Recipient domains that take nothing at present.'),
  })
  .meta({ id: 'RatesStatus' });
export type RatesStatus = z.infer<typeof ratesStatusSchema>;

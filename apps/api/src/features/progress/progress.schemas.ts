import { contactClasses, deliveryStates } from '@aftercare/domain';
import { z } from 'zod';
import { causeCodes, standings, waits } from './standing.js';

const count = z.int();
const instant = z.iso.datetime();

const causeSchema = z.object({
  code: z.enum(causeCodes),
  since: instant.nullable(),
  until: instant.nullable(),
  detail: z.string().nullable(),
});

const heldRowsSchema = z
  .object({
    why: z.enum(waits),
    onRow: z.boolean().describe('Noted on the rows as their reason, and not a matter of the campaign'),
    campaignKey: z.string(),
    campaignName: z.string(),
    count,
    from: instant.nullable().describe('When the first of them may go'),
    to: instant.nullable().describe('When the last of them may go'),
  })
  .meta({ id: 'HeldRows' });

const rateSchema = z
  .object({
    last10s: z.number().describe('Rows settled a second, over the last ten seconds'),
    lastMinute: z.number(),
    limit: z.number().nullable().describe('Messages a second that may go; null: no limit'),
    slotSeconds: count,
    history: z
      .array(z.object({ at: instant, sent: z.number(), missed: z.number() }))
      .describe('A second, slot by slot, oldest first'),
  })
  .meta({ id: 'SendingRate' });

const partsSchema = {
  standing: z.enum(standings),
  stalledSince: instant.nullable().describe('Since when nothing has moved that should have'),
  movedAt: instant.nullable(),
  causes: z.array(causeSchema).describe('What keeps it from going, worst first'),
  rate: rateSchema,
  dayFrom: instant,
  states: z.record(z.enum(deliveryStates), count).describe('Rows that have fallen due since the day began'),
  done: z.object({
    settled: count.describe('Settled since the day began'),
    of: count.describe('These and all that are open'),
  }),
  remaining: z.object({
    ready: count.describe('Could go now and wait for their turn'),
    working: count.describe('With a worker'),
    putOff: count.describe('May go at a later time that is known'),
    held: count.describe('Until somebody lets them go'),
    oldestDueAt: instant.nullable(),
  }),
  held: z.array(heldRowsSchema),
  forecast: z.object({
    endsAt: instant.nullable().describe('When the last of them goes, held ones aside; null: nobody can tell'),
    basis: z.enum(['pace', 'limit']).nullable(),
  }),
};

const campaignLineSchema = z.object({
  key: z.string(),
  name: z.string(),
  class: z.enum(contactClasses).nullable(),
  state: z.string(),
  due: count,
  settled: count,
  sent: count,
  missed: count,
  ready: count,
  working: count,
  putOff: count,
  held: count,
  perSecond: z.number(),
});

const workerSchema = z
  .object({
    workerId: z.uuid(),
    host: z.string(),
    pid: count,
    roles: z.array(z.string()),
    version: z.string(),
    connections: count,
    startedAt: instant,
    seenAt: instant,
    state: z.enum(['alive', 'lost', 'left']),
    perSecond: z.number(),
  })
  .meta({ id: 'PlatformProcess' });

const transportSchema = z
  .object({
    name: z.string(),
    state: z.enum(['working', 'holding', 'trying']).describe('holding: it is not asked before retryAt'),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
    since: instant.nullable(),
    retryAt: instant.nullable(),
  })
  .meta({ id: 'MailTransport' });

export const sendingProgressSchema = z
  .object({
    now: instant,
    ...partsSchema,
    campaigns: z.array(campaignLineSchema),
    transports: z.array(transportSchema).describe('Mail servers in the order in which they are tried'),
    processes: z.array(workerSchema),
    inDoubt: count,
  })
  .meta({ id: 'SendingProgress' });
export type SendingProgress = z.infer<typeof sendingProgressSchema>;

export const campaignProgressSchema = z
  .object({ now: instant, key: z.string(), ...partsSchema })
  .meta({ id: 'CampaignProgress' });
export type CampaignProgress = z.infer<typeof campaignProgressSchema>;

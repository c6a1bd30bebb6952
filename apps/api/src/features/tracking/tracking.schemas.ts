import { agentClasses, clickRequests, machineReasons, outcomeKinds } from '@aftercare/domain';
import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int();

const clickCountsSchema = z
  .object({
    raw: count.describe('Every time a link was asked for, by whomever'),
    human: count.describe('Of these, by people, as far as their shape tells'),
    machine: count,
    waiting: count.describe('Not judged yet'),
    readers: count.describe('Deliveries of which a person followed a link'),
  })
  .meta({ id: 'ClickCounts' });
export type ClickCounts = z.infer<typeof clickCountsSchema>;

const openCountsSchema = z
  .object({ raw: count, human: count, machine: count, readers: count })
  .meta({ id: 'OpenCounts', description: 'What mail programs fetched; nothing is decided by it' });
export type OpenCounts = z.infer<typeof openCountsSchema>;

const outcomeCountsSchema = z
  .array(z.object({ kind: z.enum(outcomeKinds), deliveries: count }))
  .meta({ id: 'OutcomeCounts' });
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

const measured = {
  sent: count,
  clicks: clickCountsSchema,
  opens: openCountsSchema.nullable().describe('Null where the campaign does not ask for it, and never did'),
  outcomes: outcomeCountsSchema,
};

export const campaignTrackingSchema = z
  .object({
    clicksOn: z.boolean(),
    opensOn: z.boolean(),
    ...measured,
    steps: z.array(z.object({ step: z.string(), variant: z.string().nullable(), ...measured })),
  })
  .meta({ id: 'CampaignTracking' });
export type CampaignTracking = z.infer<typeof campaignTrackingSchema>;

const machine = z.enum(Object.keys(machineReasons) as [keyof typeof machineReasons]);

export const deliveryTrackingSchema = z
  .object({
    clicks: z.array(
      z.object({
        at: instant,
        link: count.describe('Its number in the letter, from 0'),
        request: z.enum(clickRequests),
        agent: z.enum(agentClasses),
        judged: z.boolean(),
        machine: machine.nullable().describe("Why it was no person's"),
        words: z.string().nullable(),
      }),
    ),
    opens: z.array(z.object({ at: instant, agent: z.enum(agentClasses), machine: z.boolean() })),
    outcomes: z.array(z.object({ kind: z.enum(outcomeKinds), at: instant })),
  })
  .meta({ id: 'DeliveryTracking' });
export type DeliveryTracking = z.infer<typeof deliveryTrackingSchema>;

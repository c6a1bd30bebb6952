import { isCivilDate } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

/** The most days that one run looks at. */
export const mostDays = 400;

const civilDate = z.string().refine(isCivilDate, { error: 'must be a date that exists, written YYYY-MM-DD' });
const counts = z.record(z.string(), z.int());
const countsByReason = z.object({
  total: z.int(),
  byReason: counts,
  byCampaign: z.record(z.string(), counts),
});

export const simulationRequestSchema = z.strictObject({
  /** The first local day. */
  from: civilDate,
  days: z.int().min(1).max(mostDays),
  /** Tell of this campaign alone; the others are there all the same and take their places. */
  campaign: z.string().max(64).optional(),
  /** The latest version of this campaign, approved or not, in place of the one that runs or beside the others. */
  draft: z.string().max(64).optional(),
});
export type SimulationRequest = z.infer<typeof simulationRequestSchema>;

/** How far a run is. */
export const simulationProgressSchema = z.object({
  campaigns: z.int(),
  campaignsDone: z.int(),
  days: z.int(),
  daysWalked: z.int(),
});
export type SimulationProgress = z.infer<typeof simulationProgressSchema>;

const daySchema = z.object({
  date: z.string(),
  total: z.int(),
  byCampaign: counts,
  byClass: counts,
});
export type SimulatedDay = z.infer<typeof daySchema>;

const campaignName = z.string();
const winner = campaignName.nullable();

/** What the time ahead brings. Rows are counted on the local day on which they end. */
export const simulationResultSchema = z
  .object({
    from: z.string(),
    days: z.array(daySchema),
    total: z.int(),
    byCampaign: counts,
    byClass: counts,
    heldOut: z.object({ total: z.int(), byCampaign: counts }),
    suppressed: countsByReason,
    expired: countsByReason,
    /** How often rows are put off, by campaign and reason; and how many wait still when the days are over. */
    putOff: z.object({ total: z.int(), byCampaign: z.record(z.string(), counts), stillWaiting: z.int() }),
    capClashes: z.object({
      putOff: z.int(),
      lost: z.int(),
      /** By who had the last place; null: a contact from before the first day. */
      pairs: z.array(z.object({ loser: campaignName, winner, putOff: z.int(), lost: z.int() })),
      sample: z.array(
        z.object({
          customerId: z.string(),
          date: z.string(),
          loser: campaignName,
          winner,
          movedTo: z.string().nullable(),
        }),
      ),
    }),
    people: z.object({
      total: z.int(),
      /** With a policy that is in force or in grace. */
      insured: z.int(),
      /** Insured people who would not hear from us at all. */
      hearNothing: z.object({ count: z.int(), sample: z.array(z.string()) }),
      /** How many insured people get how many letters. */
      distribution: z.array(z.object({ letters: z.int(), people: z.int() })),
      hearMost: z.array(z.object({ customerId: z.string(), letters: z.int() })),
    }),
    /** Windows of statutory notices that a legal campaign does not keep, and how many policies that is about. */
    statutory: z.array(
      z.object({
        campaign: campaignName,
        jurisdiction: z.string(),
        lines: z.array(z.string()),
        message: z.string(),
        source: z.string(),
        policies: z.int(),
      }),
    ),
    peak: z.object({
      /** The first moment of the busiest hour; null when nothing goes by mail. */
      hour: z.string().nullable(),
      mails: z.int(),
      /** 0: no limit is set. */
      ratePerSecond: z.number(),
      /** Hours in which more falls due than the rate lets through. */
      hoursOverRate: z.int(),
    }),
  })
  .meta({ id: 'SimulationResult' });
export type SimulationResult = z.infer<typeof simulationResultSchema>;

export const simulationStateSchema = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);

const simulationFields = {
  simulationId: z.uuid(),
  state: simulationStateSchema,
  request: simulationRequestSchema,
  progress: simulationProgressSchema.nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
};

/** A run of the time machine. */
export const simulationSchema = z
  .object({ ...simulationFields, result: simulationResultSchema.nullable() })
  .meta({ id: 'Simulation' });
export type Simulation = z.infer<typeof simulationSchema>;

/** A run as a list tells it: without what came out. */
export const simulationPageSchema = z
  .object({
    items: z.array(z.object(simulationFields).meta({ id: 'SimulationSummary' })),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SimulationPage' });
export type SimulationPage = z.infer<typeof simulationPageSchema>;

export const simulationQuerySchema = z.strictObject(pageSchema.shape);
export type SimulationQuery = z.infer<typeof simulationQuerySchema>;

export const simulationStartedSchema = z.object({ simulationId: z.uuid() }).meta({ id: 'SimulationStarted' });

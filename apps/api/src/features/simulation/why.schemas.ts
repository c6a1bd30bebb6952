import { z } from 'zod';

/** The parts of a rule as they are of one subject, in words; a tree of the rule's own shape. */
export interface ExplanationNode {
  matched: boolean;
  text: string;
  parts: ExplanationNode[];
}
export const explanationSchema: z.ZodType<ExplanationNode> = z
  .lazy(() => z.object({ matched: z.boolean(), text: z.string(), parts: z.array(explanationSchema) }))
  .meta({ id: 'RuleExplanation' });

/** Why a customer is in a campaign or out of it, as of today. */
export const whySchema = z
  .object({
    campaign: z.string(),
    version: z.int(),
    customerId: z.string(),
    today: z.string(),
    /** Of one of the subjects at least. */
    inAudience: z.boolean(),
    /** Each policy, or the customer once for each policy that the rule may look at. */
    subjects: z.array(
      z.object({
        policyId: z.string().nullable(),
        inAudience: z.boolean(),
        audience: explanationSchema,
        exit: explanationSchema.nullable(),
        /** The steps' dates about now, in words; none where the subject lacks the date. */
        dates: z.array(z.object({ step: z.string(), date: z.string(), because: z.string() })),
        /** Steps with a condition of their own. */
        conditions: z.array(z.object({ step: z.string(), explanation: explanationSchema })),
      }),
    ),
    /** What the contact gate says of the person, but for hour, day and cap. */
    gate: z.object({ allowed: z.boolean(), reason: z.string().nullable(), text: z.string() }),
  })
  .meta({ id: 'CampaignWhy' });
export type Why = z.infer<typeof whySchema>;

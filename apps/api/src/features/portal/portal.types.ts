import { lines, paymentModes, policyStatuses } from '@aftercare/domain';
import { z } from 'zod';

const nextPaymentSchema = z.object({
  dueDate: z.iso.date(),
  amountMinor: z.int().nullable(),
  currency: z.string().nullable(),
  overdue: z.boolean(),
});

/** A policy as its holder sees it. Dates are civil dates; money is in minor units of `currency`. */
export const memberPolicySchema = z
  .object({
    policyId: z.string(),
    policyNumberMasked: z.string(),
    line: z.enum(lines),
    product: z.string().nullable(),
    status: z.enum(policyStatuses),
    statusSince: z.iso.date().nullable(),
    graceEndsOn: z.iso.date().nullable(),
    startDate: z.iso.date(),
    renewalDate: z.iso.date().nullable(),
    endDate: z.iso.date().nullable(),
    premiumMinor: z.int().nullable(),
    previousPremiumMinor: z.int().nullable(),
    premiumChangePercent: z.number().nullable(),
    currency: z.string().nullable(),
    paymentMode: z.enum(paymentModes).nullable(),
    sumInsuredMinor: z.int().nullable(),
    insuredObject: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
    doNotRenew: z.boolean(),
    nextPayment: nextPaymentSchema.nullable(),
  })
  .meta({ id: 'MemberPolicy' });
export type MemberPolicy = z.infer<typeof memberPolicySchema>;

/** A policy with what the desk shows beside it. */
export interface HeldPolicy {
  policy: MemberPolicy;
  termNo: number;
  timeZone: string | null;
  overdueInstalments: number;
}

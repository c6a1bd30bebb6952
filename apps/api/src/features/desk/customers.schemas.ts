import { contactClasses, lines, policyStatuses } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';
import { preferencesSchema } from '../consents/consents.types.js';
import { memberPolicySchema } from '../portal/portal.types.js';

const flags = ['deceased', 'complaint', 'suppressed', 'do_not_renew', 'no_address', 'orphan'] as const;
export type Flag = (typeof flags)[number];

const customerRowSchema = z
  .object({
    customerId: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    region: z.string().nullable(),
    locale: z.string().nullable(),
    policyCount: z.int(),
    lines: z.array(z.enum(lines)),
    statuses: z.array(z.enum(policyStatuses)),
    marketingGranted: z.boolean(),
    flags: z.array(z.enum(flags)),
    lastSentAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'CustomerRow' });
export type CustomerRow = z.infer<typeof customerRowSchema>;

export const customerPageSchema = z
  .object({
    items: z.array(customerRowSchema),
    nextCursor: z.string().nullable(),
    total: z.int().nullable().describe('null: more than were counted'),
  })
  .meta({ id: 'CustomerPage' });
export type CustomerPage = z.infer<typeof customerPageSchema>;

const customerSorts = ['name', '-name', 'updatedAt', '-updatedAt'] as const;

export const customerQuerySchema = z.strictObject({
  ...pageSchema.shape,
  q: z.string().trim().max(200).optional(),
  line: z.enum(lines).optional(),
  status: z.enum(policyStatuses).optional(),
  consent: z.enum(['granted', 'none']).optional(),
  flag: z.enum(flags).optional(),
  sort: z.enum(customerSorts).default('name'),
});
export type CustomerQuery = z.infer<typeof customerQuerySchema>;

const staffPolicySchema = memberPolicySchema
  .extend({ termNo: z.int(), timeZone: z.string().nullable(), overdueInstalments: z.int() })
  .meta({ id: 'StaffPolicy' });

export const customerDetailSchema = customerRowSchema
  .extend({
    givenName: z.string().nullable(),
    familyName: z.string().nullable(),
    phone: z.string().nullable(),
    birthDate: z.iso.date().nullable(),
    timeZone: z.string().nullable(),
    postalCode: z.string().nullable(),
    agentId: z.string().nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    policies: z.array(staffPolicySchema),
    preferences: preferencesSchema,
    consentHistory: z.array(
      z.object({
        topic: z.string(),
        granted: z.boolean(),
        source: z.string(),
        byCustomer: z.boolean(),
        at: z.iso.datetime(),
      }),
    ),
    suppressions: z.array(
      z.object({
        address: z.string(),
        class: z.enum(contactClasses).nullable(),
        reason: z.string(),
        evidence: z.string().nullable(),
        createdAt: z.iso.datetime(),
      }),
    ),
    contact: z.array(
      z.object({ class: z.enum(contactClasses), allowed: z.boolean(), reason: z.string().nullable() }),
    ),
  })
  .meta({ id: 'CustomerDetail' });
export type CustomerDetail = z.infer<typeof customerDetailSchema>;

export const upcomingSchema = z
  .object({
    items: z.array(
      z.object({
        campaignKey: z.string(),
        campaignName: z.string(),
        step: z.string(),
        class: z.enum(contactClasses),
        topic: z.string(),
        policyId: z.string().nullable(),
        anchorDate: z.iso.date(),
        dueAt: z.iso.datetime(),
        deliveryId: z.uuid().nullable().describe('When it is in the ledger already'),
        wouldSend: z.boolean(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'CustomerUpcoming' });
export type Upcoming = z.infer<typeof upcomingSchema>;

import { changeGroups, contactClasses, versionStates } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

const instant = z.iso.datetime();
const count = z.int();
const contentHash = z.string().regex(/^[0-9a-f]{64}$/);

const personSchema = z
  .object({
    id: z.string().meta({ description: 'A staff id, `command line` or `system`.' }),
    name: z.string(),
  })
  .meta({ id: 'Actor' });

export const campaignFileSchema = z.looseObject({}).meta({
  id: 'CampaignFile',
  description: 'A campaign, as in a campaign file; what is wrong with it is told part by part.',
});

export const versionChangedSchema = z
  .object({
    key: z.string(),
    version: z.int(),
    state: z.enum(versionStates),
    contentHash: z.string(),
    activeVersion: z.int().nullable(),
  })
  .meta({ id: 'CampaignVersionChanged' });

export const writtenVersionSchema = z
  .object({
    key: z.string(),
    version: z.int(),
    contentHash: z.string(),
    newVersion: z.boolean().meta({ description: 'False when it was written into the draft there was.' }),
  })
  .meta({ id: 'CampaignWritten' });

export const editQuerySchema = z.strictObject({
  base: contentHash.optional().meta({
    description: 'The content hash of what was edited: refused when somebody has changed it since.',
  }),
});

const seen = {
  contentHash: contentHash.meta({ description: 'Of what the caller has seen and decides on.' }),
};

export const submitSchema = z.strictObject(seen).meta({ id: 'CampaignSubmission' });
export const approveSchema = z
  .strictObject({
    ...seen,
    activate: z.boolean().default(true),
    moveRunning: z
      .boolean()
      .default(false)
      .meta({ description: 'Whoever has entered an older version goes on with this one.' }),
  })
  .meta({ id: 'CampaignApproval' });
export const returnSchema = z
  .strictObject({
    ...seen,
    reason: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      // The database takes neither NUL nor halves of characters.
      .refine((reason) => !/[^\P{Cc}\n\r\t]|\p{Cs}/u.test(reason), {
        error: 'must be text without control characters',
      }),
  })
  .meta({ id: 'CampaignReturn' });
export const activateSchema = z
  .strictObject({ moveRunning: z.boolean().default(false) })
  .meta({ id: 'CampaignActivation' });
export const cloneSchema = z
  .strictObject({ key: z.string().max(64), name: z.string().max(200).optional() })
  .meta({ id: 'CampaignClone' });

const versionSchema = z
  .object({
    version: z.int(),
    state: z.enum(versionStates),
    contentHash: z.string(),
    running: z
      .enum(['open', 'finishing'])
      .nullable()
      .meta({ description: '`finishing`: goes on with those who have entered it, and takes nobody new.' }),
    finishesAt: instant.nullable(),
    active: z.boolean(),
    createdBy: personSchema,
    createdAt: instant,
    changedAt: instant,
    authors: z.array(personSchema).meta({
      description: 'Whose words are in it that nobody else has approved: they cannot decide on it.',
    }),
    submittedBy: personSchema.nullable(),
    submittedAt: instant.nullable(),
    decidedBy: personSchema.nullable(),
    decidedAt: instant.nullable(),
    decision: z.string().nullable(),
  })
  .meta({ id: 'CampaignVersion' });
export type CampaignVersion = z.infer<typeof versionSchema>;

export const versionListSchema = z
  .object({ items: z.array(versionSchema) })
  .meta({ id: 'CampaignVersionList' });

const changeSchema = z
  .object({
    path: z.string(),
    group: z.enum(changeGroups),
    kind: z.enum(['added', 'removed', 'changed']),
    before: z.unknown(),
    after: z.unknown(),
    beforeText: z.string().nullable().meta({ description: 'A rule in words; null of what is no rule.' }),
    afterText: z.string().nullable(),
  })
  .meta({ id: 'CampaignChange' });
export type CampaignChangeView = z.infer<typeof changeSchema>;

export const versionDetailSchema = z
  .object({
    ...versionSchema.shape,
    key: z.string(),
    definition: z.record(z.string(), z.unknown()),
    against: z.int().nullable().meta({ description: 'The version compared with; null: there is none.' }),
    changes: z.array(changeSchema),
    audience: z.object({
      before: count.nullable(),
      after: count.meta({ description: 'How many the audience rule lets in today, in the whole book.' }),
    }),
    problems: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .meta({ description: 'What keeps it from being submitted.' }),
    mayDecide: z.boolean().meta({ description: 'It waits, and the caller may decide on it.' }),
  })
  .meta({ id: 'CampaignVersionDetail' });
export type CampaignVersionDetail = z.infer<typeof versionDetailSchema>;

export const versionQuerySchema = z.strictObject({
  against: z.coerce.number().int().positive().optional().meta({
    description: 'Which version to compare with; the last approved one before it when left out.',
  }),
});

export const approvalListSchema = z
  .object({
    items: z.array(
      z
        .object({
          key: z.string(),
          name: z.string(),
          class: z.enum(contactClasses),
          version: z.int(),
          activeVersion: z.int().nullable(),
          contentHash: z.string(),
          submittedBy: personSchema,
          submittedAt: instant,
          changes: z
            .record(z.enum(changeGroups), count)
            .meta({ description: 'How many parts have changed since the last approved version, by group.' }),
          mayDecide: z.boolean(),
        })
        .meta({ id: 'WaitingApproval' }),
    ),
  })
  .meta({ id: 'ApprovalList' });
export type ApprovalList = z.infer<typeof approvalListSchema>;

export const historyPageSchema = z
  .object({
    items: z.array(
      z
        .object({
          entryNo: z.int(),
          at: instant,
          actor: personSchema,
          action: z.string(),
          detail: z.record(z.string(), z.unknown()),
        })
        .meta({ id: 'CampaignHistoryEntry' }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'CampaignHistory' });
export type HistoryPage = z.infer<typeof historyPageSchema>;
export const historyQuerySchema = z.strictObject(pageSchema.shape);
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

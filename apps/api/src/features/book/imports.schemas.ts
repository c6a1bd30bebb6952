import { importKinds } from '@aftercare/domain';
import { z } from 'zod';
import { pageSchema } from '../../platform/http/cursor.js';

const kindSchema = z.enum(importKinds);
const stateSchema = z.enum(['running', 'done', 'failed']);

/** One file that was imported, or is being imported. received = created + updated + unchanged + rejected. */
export const importSchema = z
  .object({
    importId: z.uuid(),
    kind: kindSchema,
    fileName: z.string(),
    dryRun: z.boolean(),
    state: stateSchema,
    bytesTotal: z.int().nullable(),
    bytesRead: z.int(),
    received: z.int(),
    created: z.int(),
    updated: z.int(),
    unchanged: z.int(),
    rejected: z.int(),
    hasRejectedFile: z.boolean(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    startedBy: z.string(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof importSchema>;

export const importPageSchema = z
  .object({ items: z.array(importSchema), nextCursor: z.string().nullable(), total: z.int() })
  .meta({ id: 'ImportPage' });
export type ImportPage = z.infer<typeof importPageSchema>;

export const importQuerySchema = z.strictObject({
  ...pageSchema.shape,
  kind: kindSchema.optional(),
  state: stateSchema.optional(),
  sort: z.enum(['-startedAt', 'startedAt']).default('-startedAt'),
});
export type ImportQuery = z.infer<typeof importQuerySchema>;

export const newImportQuerySchema = z.strictObject({
  kind: kindSchema,
  fileName: z.string().trim().min(1).max(200),
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
});
export type NewImportQuery = z.infer<typeof newImportQuerySchema>;

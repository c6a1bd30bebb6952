import { z } from 'zod';
import { preferencesSchema } from './consents.types.js';

export const preferenceChangeSchema = z
  .strictObject({
    topic: z.string().min(1).max(100).describe("A topic, or '*' for everything marketing"),
    granted: z.boolean(),
  })
  .meta({ id: 'PreferenceChange' });

export const linkPreferencesSchema = preferencesSchema
  .extend({
    maskedName: z.string(),
    maskedEmail: z.string(),
    locale: z.string().nullable(),
    topic: z.string().nullable().describe('What the link is about'),
    class: z.enum(['service', 'marketing']).nullable(),
  })
  .meta({ id: 'LinkPreferences' });
export type LinkPreferences = z.infer<typeof linkPreferencesSchema>;

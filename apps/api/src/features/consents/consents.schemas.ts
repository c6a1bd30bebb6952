import { z } from 'zod';

export const preferenceChangeSchema = z
  .strictObject({
    topic: z.string().min(1).max(100).describe("A topic, or '*' for everything marketing"),
    granted: z.boolean(),
  })
  .meta({ id: 'PreferenceChange' });

const topicSchema = z
  .object({
    topic: z.string(),
    class: z.enum(['service', 'marketing']),
    granted: z.boolean(),
    at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'TopicPreference' });

export const preferencesSchema = z
  .object({
    marketing: z.object({
      granted: z.boolean(),
      at: z.iso.datetime().nullable(),
      source: z.string().nullable(),
    }),
    topics: z.array(topicSchema),
  })
  .meta({ id: 'Preferences' });
export type Preferences = z.infer<typeof preferencesSchema>;

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

import { z } from 'zod';

const topicSchema = z
  .object({
    topic: z.string(),
    class: z.enum(['service', 'marketing']),
    granted: z.boolean(),
    at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'TopicPreference' });

/** A customer's choices as they stand. */
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

/** What a customer chose: letters on `topic`, or everything marketing, wanted or not. */
export interface PreferenceChange {
  topic: string;
  granted: boolean;
}

/** By which door a choice came in, kept in the consent history. */
export type ChoiceSource = 'one_click' | 'preference_link' | 'portal' | 'complaint';

/** A line of the consent history. */
export interface ConsentEvent {
  topic: string;
  granted: boolean;
  source: string;
  byCustomer: boolean;
  at: string;
}

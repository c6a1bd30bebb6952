import type { z } from 'zod';
import type { Locale, TemplateSample } from './render.types.js';

/** The part of a template that is code: what it needs, what it works out from that, and examples. */
export type TemplateDefinition<Schema extends z.ZodType<object> = z.ZodType<object>> = {
  schema: Schema;
  /** What the words and the layout see, worked out from valid data and the reader's civil date. */
  view(data: z.output<Schema>, today: string): object;
  samples: Readonly<Record<Locale, readonly TemplateSample[]>>;
};

/** Keeps the schema's type for `view` while the catalogue holds all templates alike. */
export function defineTemplate<Schema extends z.ZodType<object>>(
  definition: TemplateDefinition<Schema>,
): TemplateDefinition<Schema> {
  return definition;
}

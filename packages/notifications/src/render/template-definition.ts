import type { ContentMark } from '@aftercare/domain';
import type { z } from 'zod';
import type { Locale, TemplateSample } from './render.types.js';

/** The part of a template that is code: what it needs, what it works out from that, and examples. */
export type TemplateDefinition<Schema extends z.ZodType<object> = z.ZodType<object>> = {
  schema: Schema;
  /** What the words and the layout see, worked out from valid data and the reader's civil date. */
  view(data: z.output<Schema>, today: string): object;
  /** What its letters say where the policy they are about asks for it. */
  carries: readonly ContentMark[];
  samples: Readonly<Record<Locale, readonly TemplateSample[]>>;
};

/** A template's schema file: `view` where it works something out, `carries` where it says what rules ask for. */
type TemplateCode<Schema extends z.ZodType<object>> = {
  schema: Schema;
  view?: (data: z.output<Schema>, today: string) => object;
  carries?: readonly ContentMark[];
};

/** A template's code and samples, checked against each other; the catalogue holds all of them alike. */
export function defineTemplate<Schema extends z.ZodType<object>>(
  { schema, view = (data) => data, carries = [] }: TemplateCode<Schema>,
  samples: TemplateDefinition['samples'],
): TemplateDefinition {
  return { schema, view, carries, samples } as TemplateDefinition<Schema>;
}

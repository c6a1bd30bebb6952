import { z } from 'zod';
import { headerText } from '../mime/header-text.js';
import { deriveTheme, type Theme } from './colour.js';
import { readerLocale } from './locale.js';
import { TemplateError, type Brand, type RenderInput, type RenderedMessage } from './render.types.js';
import { definitionOf, isTemplateName, programsOf } from './template-library.js';

/** Gmail shows no more than 102 kB of a message and hides the rest, the way out included. */
const largestHtml = 100_000;

const brandSchema = z.object({
  name: z.string().trim().min(1),
  logoUrl: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .transform((value) => value ?? null),
  colour: z.string().regex(/^#[0-9a-f]{6}$/i, 'is not a colour like #1a5fb4'),
  postalAddress: z.string().trim().min(1),
  contactEmail: z.email(),
  contactPhone: z
    .string()
    .trim()
    .min(1)
    .nullish()
    .transform((value) => value ?? null),
  portalUrl: z.url({ protocol: /^https?$/ }),
});

const today = z.iso.date();
const themed = new WeakMap<Brand, { brand: z.output<typeof brandSchema>; theme: Theme }>();

/**
 * Subject, HTML and text of one message to one reader.
 *
 * Strict: data that does not fit the template's schema, or a hole in the template that nothing fills, stops
 * the message with a TemplateError that names it. The first message of a template in a language takes about
 * a second, as its MJML is compiled then; the others take well under a millisecond.
 */
export async function renderMessage(input: RenderInput): Promise<RenderedMessage> {
  if (!isTemplateName(input.template)) {
    throw new TemplateError(
      'unknown_template',
      'template',
      `There is no template "${String(input.template)}".`,
    );
  }
  const locale = readerLocale(input.locale);
  const { schema, view } = definitionOf(input.template);
  const data = checked(schema, input.data, '');
  const { brand, theme } = themedBrand(input.brand);
  const context = {
    ...view(data, checked(today, input.today, 'today')),
    brand,
    theme,
    links: { preferences: input.preferencesUrl, unsubscribe: input.unsubscribeUrl },
  };
  const reader = { locale: locale.format, today: input.today, timeZone: input.timeZone };
  const programs = await programsOf(input.template, locale.words);
  const html = programs.html(context, reader);
  if (Buffer.byteLength(html) > largestHtml) {
    throw new TemplateError('too_large', 'html', `The message is larger than ${largestHtml / 1000} kB.`);
  }
  return {
    subject: headerText(programs.subject(context, reader)),
    html,
    text: tidy(programs.text(context, reader)),
    locale: locale.words,
  };
}

/** A brand is the same object for many messages, and its shades are worth working out once. */
function themedBrand(given: Brand): { brand: z.output<typeof brandSchema>; theme: Theme } {
  const known = themed.get(given);
  if (known) return known;
  const brand = checked(brandSchema, given, 'brand');
  const made = { brand, theme: deriveTheme(brand.colour) };
  themed.set(given, made);
  return made;
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, root: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(root ? [root] : []), ...(issue?.path ?? []).map(String)].join('.') || 'data';
  if (isBlank(valueAt(value, issue?.path ?? []))) {
    throw new TemplateError('missing_variable', path, `${path} is missing.`);
  }
  throw new TemplateError(
    'invalid_variable',
    path,
    `${path}: ${issue?.message ?? 'is not what it should be'}`,
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Conditions that came to nothing leave empty lines and spaces behind. */
function tidy(text: string): string {
  return `${text
    .replace(/^[^\S\n]+|[^\S\n]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

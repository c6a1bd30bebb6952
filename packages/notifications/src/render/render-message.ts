import { z } from 'zod';
import { headerText } from '../mime/header-text.js';
import { MailText } from '../mime/mail-text.js';
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

const civilDate = z.iso.date();
type Look = { brand: z.output<typeof brandSchema>; theme: Theme };
const themed = new WeakMap<Brand, Look>();
const looks = new Map<string, Look>();

/**
 * Subject, HTML and text of one message to one reader.
 *
 * Strict: data that does not fit the template's schema, or a hole in the template that nothing fills, stops
 * the message with a TemplateError that names it.
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
  const look = themedBrand(input.brand);
  const context = {
    ...view(data, checkedDay(input.today)),
    brand: look.brand,
    theme: look.theme,
    links: {
      preferences: input.preferencesUrl,
      unsubscribe: input.unsubscribeUrl,
      openPixel: input.openPixelUrl ?? null,
    },
  };
  const { timeZone, trackLink } = input;
  const reader = { locale: locale.format, today: input.today, timeZone, trackLink };
  const programs = programsOf(input.template, locale.words, look);
  const message = programs.begin(context, reader);
  const html = programs.html(message);
  if (html.length > largestHtml) {
    throw new TemplateError('too_large', 'html', `The message is larger than ${largestHtml / 1000} kB.`);
  }
  return {
    subject: headerText(programs.subject(message)),
    html: MailText.joined(html),
    text: MailText.joined(tidy(programs.text(message))),
    locale: locale.words,
  };
}

/**
 * One for all brands that are equal: programs are compiled for it. Most come as the same object, again and again.
 */
function themedBrand(given: Brand): Look {
  const known = themed.get(given);
  if (known) return known;
  const text = JSON.stringify(given);
  const look = looks.get(text) ?? lookOf(checked(brandSchema, given, 'brand'));
  looks.set(text, look);
  themed.set(given, look);
  return look;
}

function lookOf(brand: Look['brand']): Look {
  return { brand, theme: deriveTheme(brand.colour) };
}

/** The same few days come with every message. */
let lastDay: string | null = null;

function checkedDay(day: string): string {
  if (day !== lastDay) lastDay = checked(civilDate, day, 'today');
  return day;
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

/**
 * Conditions that came to nothing leave empty lines and blanks behind. Blanks are spaces and tabs alone: what is one
 * more of them elsewhere may be part of a character here.
 */
function tidy(octets: string): string {
  const trimmed = blanksAtEnds.test(octets) ? octets.replace(blanks, '') : octets;
  const lines = trimmed.replace(/^(?:\r\n)+/, '').replace(/(?:\r\n){3,}/g, '\r\n\r\n');
  return lines.endsWith('\r\n\r\n') ? lines.slice(0, -2) : lines.endsWith('\r\n') ? lines : `${lines}\r\n`;
}

const blanksAtEnds = /^[ \t]|\n[ \t]|[ \t]\r|[ \t]$/;
const blanks = /(?<=^|\n)[ \t]+|[ \t]+(?=\r|$)/g;

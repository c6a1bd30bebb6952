import type { z } from 'zod';
import type { MailText } from '../mime/mail-text.js';

export const templateNames = [
  'renewal-reminder',
  'payment-reminder',
  'lapse-help',
  'win-back',
  'welcome',
  'cooling-off',
  'policy-digest',
  'claim-check-in',
  'we-are-here',
  'life-stage-check',
  'health-check-invitation',
  'safety-tip',
  'offer',
  'newsletter',
  'event-invitation',
  'event-reminder',
  'event-thanks',
  'sign-in-link',
] as const;
export type TemplateName = (typeof templateNames)[number];

/** Languages the templates are written in. */
export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

/** The insurer as its customers know it. `colour` is `#rrggbb`; readable shades are derived from it. */
export type Brand = {
  name: string;
  logoUrl?: string | null;
  colour: string;
  postalAddress: string;
  contactEmail: string;
  contactPhone?: string | null;
  portalUrl: string;
};

/** One set of data to show a template with: `today` makes the dates in it near or far. */
export type TemplateSample = { name: string; today: string; data: Record<string, unknown> };

export type Template = {
  name: TemplateName;
  /** SHA-256 over all that shapes the message, shared layout included. */
  version: string;
  locales: readonly Locale[];
  /** What the template needs to be given as `data`. */
  schema: z.ZodType;
  /** At least one in each language; the first is the ordinary case, the others its variants. */
  samples: Readonly<Record<Locale, readonly TemplateSample[]>>;
};

export type RenderInput = {
  template: TemplateName;
  /** The reader's own tag (`en-GB`, `zh-Hans-CN`): picks the words, and how dates and money are written. */
  locale: string;
  data: unknown;
  brand: Brand;
  /** The reader's civil date, `YYYY-MM-DD`. */
  today: string;
  /** The reader's IANA zone, for points in time. */
  timeZone: string;
  /** Left out of the footer when null, as on legal notices. */
  preferencesUrl: string | null;
  unsubscribeUrl: string | null;
  /** Given each web link that a reader may follow, the ways out and pictures left alone: what to link to instead. */
  trackLink?: ((url: string) => string) | undefined;
  /** A picture that says that the message was opened. */
  openPixelUrl?: string | null;
};

/** The words of a message; `String(html)` reads them. */
export type RenderedMessage = { subject: string; html: MailText; text: MailText; locale: Locale };

/**
 * A message that cannot be made from what was given, so that nothing half-empty is ever sent.
 * `path` names the variable (`policy.number`) or, for `too_large`, the part.
 */
export class TemplateError extends Error {
  constructor(
    readonly code: 'missing_variable' | 'invalid_variable' | 'too_large' | 'unknown_template',
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'TemplateError';
  }
}

import type { z } from 'zod';
import type { TemplateName } from '../render/render.types.js';
import { defineTemplate, type TemplateDefinition } from '../render/template-definition.js';
import { samples as eventInvitationSamples } from './event-invitation/sample.js';
import * as eventInvitation from './event-invitation/schema.js';
import { samples as healthCheckInvitationSamples } from './health-check-invitation/sample.js';
import * as healthCheckInvitation from './health-check-invitation/schema.js';
import { samples as newsletterSamples } from './newsletter/sample.js';
import * as newsletter from './newsletter/schema.js';
import { samples as renewalReminderSamples } from './renewal-reminder/sample.js';
import * as renewalReminder from './renewal-reminder/schema.js';
import { samples as safetyTipSamples } from './safety-tip/sample.js';
import * as safetyTip from './safety-tip/schema.js';
import { samples as signInLinkSamples } from './sign-in-link/sample.js';
import * as signInLink from './sign-in-link/schema.js';
import { samples as welcomeSamples } from './welcome/sample.js';
import * as welcome from './welcome/schema.js';

/** What each template is to be given as `data`. */
export type TemplateData = {
  'renewal-reminder': z.input<typeof renewalReminder.schema>;
  welcome: z.input<typeof welcome.schema>;
  'safety-tip': z.input<typeof safetyTip.schema>;
  'health-check-invitation': z.input<typeof healthCheckInvitation.schema>;
  'event-invitation': z.input<typeof eventInvitation.schema>;
  newsletter: z.input<typeof newsletter.schema>;
  'sign-in-link': z.input<typeof signInLink.schema>;
};

/** The code of every template; the rest of each is in its folder. */
export const catalogue: Readonly<Record<TemplateName, TemplateDefinition>> = {
  'renewal-reminder': defineTemplate(renewalReminder, renewalReminderSamples),
  welcome: defineTemplate(welcome, welcomeSamples),
  'safety-tip': defineTemplate(safetyTip, safetyTipSamples),
  'health-check-invitation': defineTemplate(healthCheckInvitation, healthCheckInvitationSamples),
  'event-invitation': defineTemplate(eventInvitation, eventInvitationSamples),
  newsletter: defineTemplate(newsletter, newsletterSamples),
  'sign-in-link': defineTemplate(signInLink, signInLinkSamples),
};

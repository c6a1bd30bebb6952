import type { z } from 'zod';
import type { TemplateName } from '../render/render.types.js';
import { defineTemplate, type TemplateDefinition } from '../render/template-definition.js';
import { samples as eventInvitationSamples } from './event-invitation/sample.js';
import { schema as eventInvitation } from './event-invitation/schema.js';
import { samples as healthCheckInvitationSamples } from './health-check-invitation/sample.js';
import { schema as healthCheckInvitation } from './health-check-invitation/schema.js';
import { samples as newsletterSamples } from './newsletter/sample.js';
import { schema as newsletter } from './newsletter/schema.js';
import { samples as renewalReminderSamples } from './renewal-reminder/sample.js';
import { schema as renewalReminder, view as renewalReminderView } from './renewal-reminder/schema.js';
import { samples as safetyTipSamples } from './safety-tip/sample.js';
import { schema as safetyTip } from './safety-tip/schema.js';
import { samples as signInLinkSamples } from './sign-in-link/sample.js';
import { schema as signInLink } from './sign-in-link/schema.js';
import { samples as welcomeSamples } from './welcome/sample.js';
import { schema as welcome } from './welcome/schema.js';

/** What each template is to be given as `data`. */
export type TemplateData = {
  'renewal-reminder': z.input<typeof renewalReminder>;
  welcome: z.input<typeof welcome>;
  'safety-tip': z.input<typeof safetyTip>;
  'health-check-invitation': z.input<typeof healthCheckInvitation>;
  'event-invitation': z.input<typeof eventInvitation>;
  newsletter: z.input<typeof newsletter>;
  'sign-in-link': z.input<typeof signInLink>;
};

const asGiven = (data: object): object => data;

/** The code of every template; the rest of each is in its folder. */
export const catalogue: Readonly<Record<TemplateName, TemplateDefinition>> = {
  'renewal-reminder': defineTemplate({
    schema: renewalReminder,
    view: renewalReminderView,
    samples: renewalReminderSamples,
  }),
  welcome: { schema: welcome, view: asGiven, samples: welcomeSamples },
  'safety-tip': { schema: safetyTip, view: asGiven, samples: safetyTipSamples },
  'health-check-invitation': {
    schema: healthCheckInvitation,
    view: asGiven,
    samples: healthCheckInvitationSamples,
  },
  'event-invitation': { schema: eventInvitation, view: asGiven, samples: eventInvitationSamples },
  newsletter: { schema: newsletter, view: asGiven, samples: newsletterSamples },
  'sign-in-link': { schema: signInLink, view: asGiven, samples: signInLinkSamples },
};

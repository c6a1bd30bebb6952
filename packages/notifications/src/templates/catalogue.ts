import type { z } from 'zod';
import type { TemplateName } from '../render/render.types.js';
import { defineTemplate, type TemplateDefinition } from '../render/template-definition.js';
import { samples as claimCheckInSamples } from './claim-check-in/sample.js';
import { code as claimCheckIn } from './claim-check-in/schema.js';
import { samples as coolingOffSamples } from './cooling-off/sample.js';
import { code as coolingOff } from './cooling-off/schema.js';
import { samples as eventInvitationSamples } from './event-invitation/sample.js';
import { code as eventInvitation } from './event-invitation/schema.js';
import { samples as eventReminderSamples } from './event-reminder/sample.js';
import { code as eventReminder } from './event-reminder/schema.js';
import { samples as eventThanksSamples } from './event-thanks/sample.js';
import { code as eventThanks } from './event-thanks/schema.js';
import { samples as healthCheckInvitationSamples } from './health-check-invitation/sample.js';
import { code as healthCheckInvitation } from './health-check-invitation/schema.js';
import { samples as lapseHelpSamples } from './lapse-help/sample.js';
import { code as lapseHelp } from './lapse-help/schema.js';
import { samples as lifeStageCheckSamples } from './life-stage-check/sample.js';
import { code as lifeStageCheck } from './life-stage-check/schema.js';
import { samples as newsletterSamples } from './newsletter/sample.js';
import { code as newsletter } from './newsletter/schema.js';
import { samples as offerSamples } from './offer/sample.js';
import { code as offer } from './offer/schema.js';
import { samples as paymentReminderSamples } from './payment-reminder/sample.js';
import { code as paymentReminder } from './payment-reminder/schema.js';
import { samples as policyDigestSamples } from './policy-digest/sample.js';
import { code as policyDigest } from './policy-digest/schema.js';
import { samples as renewalReminderSamples } from './renewal-reminder/sample.js';
import { code as renewalReminder } from './renewal-reminder/schema.js';
import { samples as safetyTipSamples } from './safety-tip/sample.js';
import { code as safetyTip } from './safety-tip/schema.js';
import { samples as signInLinkSamples } from './sign-in-link/sample.js';
import { code as signInLink } from './sign-in-link/schema.js';
import { samples as weAreHereSamples } from './we-are-here/sample.js';
import { code as weAreHere } from './we-are-here/schema.js';
import { samples as welcomeSamples } from './welcome/sample.js';
import { code as welcome } from './welcome/schema.js';
import { samples as winBackSamples } from './win-back/sample.js';
import { code as winBack } from './win-back/schema.js';

/** What each template is to be given as `data`. */
export type TemplateData = {
  'renewal-reminder': z.input<typeof renewalReminder.schema>;
  'payment-reminder': z.input<typeof paymentReminder.schema>;
  'lapse-help': z.input<typeof lapseHelp.schema>;
  'win-back': z.input<typeof winBack.schema>;
  welcome: z.input<typeof welcome.schema>;
  'cooling-off': z.input<typeof coolingOff.schema>;
  'policy-digest': z.input<typeof policyDigest.schema>;
  'claim-check-in': z.input<typeof claimCheckIn.schema>;
  'we-are-here': z.input<typeof weAreHere.schema>;
  'life-stage-check': z.input<typeof lifeStageCheck.schema>;
  'health-check-invitation': z.input<typeof healthCheckInvitation.schema>;
  'safety-tip': z.input<typeof safetyTip.schema>;
  offer: z.input<typeof offer.schema>;
  newsletter: z.input<typeof newsletter.schema>;
  'event-invitation': z.input<typeof eventInvitation.schema>;
  'event-reminder': z.input<typeof eventReminder.schema>;
  'event-thanks': z.input<typeof eventThanks.schema>;
  'sign-in-link': z.input<typeof signInLink.schema>;
};

/** The code of every template; the rest of each is in its folder. */
export const catalogue: Readonly<Record<TemplateName, TemplateDefinition>> = {
  'renewal-reminder': defineTemplate(renewalReminder, renewalReminderSamples),
  'payment-reminder': defineTemplate(paymentReminder, paymentReminderSamples),
  'lapse-help': defineTemplate(lapseHelp, lapseHelpSamples),
  'win-back': defineTemplate(winBack, winBackSamples),
  welcome: defineTemplate(welcome, welcomeSamples),
  'cooling-off': defineTemplate(coolingOff, coolingOffSamples),
  'policy-digest': defineTemplate(policyDigest, policyDigestSamples),
  'claim-check-in': defineTemplate(claimCheckIn, claimCheckInSamples),
  'we-are-here': defineTemplate(weAreHere, weAreHereSamples),
  'life-stage-check': defineTemplate(lifeStageCheck, lifeStageCheckSamples),
  'health-check-invitation': defineTemplate(healthCheckInvitation, healthCheckInvitationSamples),
  'safety-tip': defineTemplate(safetyTip, safetyTipSamples),
  offer: defineTemplate(offer, offerSamples),
  newsletter: defineTemplate(newsletter, newsletterSamples),
  'event-invitation': defineTemplate(eventInvitation, eventInvitationSamples),
  'event-reminder': defineTemplate(eventReminder, eventReminderSamples),
  'event-thanks': defineTemplate(eventThanks, eventThanksSamples),
  'sign-in-link': defineTemplate(signInLink, signInLinkSamples),
};

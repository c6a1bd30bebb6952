import { z } from 'zod';
import { customer, link } from '../fields.js';
import { schema as invitation } from '../event-invitation/schema.js';

export const schema = z.object({
  customer,
  /** As in the invitation, without what was said there. */
  event: invitation.shape.event.omit({ summary: true }),
  actionUrl: link,
  calendarUrl: link.nullable(),
});

export const code = { schema };

import { isEmailAddress } from '@aftercare/domain';
import { z } from 'zod';
import { staffRoles } from '../../platform/auth/access.decorator.js';

const emailSchema = z
  .string()
  .trim()
  .max(254)
  .refine(isEmailAddress, { error: 'This is not an e-mail address.' });

/** A path of our own app: never another site, however it is spelled. */
const localPathSchema = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\s\\\p{Cc}]*$/u, 'must be a path that starts with a single /');

export const signInLinkRequestSchema = z
  .strictObject({ email: emailSchema, returnTo: localPathSchema.optional() })
  .meta({ id: 'SignInLinkRequest' });
export type SignInLinkRequest = z.infer<typeof signInLinkRequestSchema>;

export const signInLinkSentSchema = z
  .object({ expiresInMinutes: z.number().int() })
  .meta({ id: 'SignInLinkRequested' });

export const signInLinkSchema = z
  .object({
    displayName: z.string(),
    maskedEmail: z.string(),
    returnTo: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SignInLink' });
export type SignInLink = z.infer<typeof signInLinkSchema>;

export const signInConfirmationSchema = z
  .strictObject({ token: z.string().min(1).max(200) })
  .meta({ id: 'SignInConfirmation' });

export const staffSignInSchema = z
  .strictObject({ email: z.string().trim().min(1).max(254), password: z.string().min(1).max(128) })
  .meta({ id: 'StaffSignIn' });

export const signOutSchema = z.strictObject({ kind: z.enum(['member', 'staff']) }).meta({ id: 'SignOut' });

export const sessionSchema = z
  .object({
    member: z
      .object({
        customerId: z.string(),
        displayName: z.string(),
        email: z.string().nullable(),
        locale: z.string().nullable(),
      })
      .nullable(),
    staff: z
      .object({ userId: z.string(), name: z.string(), email: z.string(), role: z.enum(staffRoles) })
      .nullable(),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

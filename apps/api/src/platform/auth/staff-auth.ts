import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import type { Pool } from 'pg';
import { staffRoles } from './access.decorator.js';
import { hashPassword, verifyPassword } from './password.js';

const sessionSeconds = 12 * 60 * 60;

interface StaffAuthSettings {
  pool: Pool;
  publicUrl: string;
  secret: string;
}

export type StaffAuth = ReturnType<typeof openStaffAuth>;

/**
 * better-auth for the staff: e-mail and password, accounts made by an admin only, a session of one working day.
 * It is called from our own routes; its own HTTP handler is not mounted, so every way in is a route with a
 * declared access.
 */
export function openStaffAuth({ pool, publicUrl, secret }: StaffAuthSettings) {
  return betterAuth({
    appName: 'Aftercare',
    baseURL: publicUrl,
    secret,
    database: pool,
    telemetry: { enabled: false },
    logger: { level: 'error' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    user: {
      modelName: 'staff_users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        role: { type: [...staffRoles], required: true, input: false },
        disabledAt: { type: 'date', required: false, input: false, fieldName: 'disabled_at' },
      },
    },
    account: {
      modelName: 'staff_credentials',
      fields: {
        userId: 'user_id',
        providerId: 'provider_id',
        accountId: 'account_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    session: {
      modelName: 'staff_sessions',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      expiresIn: sessionSeconds,
      disableSessionRefresh: true,
    },
    verification: {
      modelName: 'staff_verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    advanced: {
      cookiePrefix: 'aftercare-staff',
      useSecureCookies: publicUrl.startsWith('https:'),
      database: { generateId: 'uuid' },
    },
    databaseHooks: {
      session: {
        create: {
          // Only reached with the right password: saying that the account is closed tells no stranger anything.
          before: async (session, context) => {
            const user = await context?.context.internalAdapter.findUserById(session.userId);
            if (!user || ('disabledAt' in user && user.disabledAt))
              throw new APIError('FORBIDDEN', { code: 'ACCOUNT_DISABLED' });
          },
        },
      },
    },
  } satisfies BetterAuthOptions);
}

import { request } from './http.ts';
import type { LinkPreferences, PreferenceChange, Session, SignInLink, Site } from './types.ts';

export const getSite = () => request<Site>('GET', '/public/site');

export const getSession = () => request<Session>('GET', '/auth/session');

export const requestSignInLink = (email: string, returnTo: string | null) =>
  request<{ expiresInMinutes: number }>('POST', '/auth/member/link', {
    body: returnTo ? { email, returnTo } : { email },
  });

export const getSignInLink = (token: string) =>
  request<SignInLink>('GET', '/auth/member/confirm', { query: { token } });

export const confirmSignIn = (token: string) =>
  request<Session>('POST', '/auth/member/confirm', { body: { token } });

export const staffSignIn = (email: string, password: string) =>
  request<Session>('POST', '/auth/staff/sign-in', { body: { email, password } });

export const signOut = (kind: 'member' | 'staff') =>
  request<Session>('POST', '/auth/sign-out', { body: { kind } });

export const getLinkPreferences = (token: string) =>
  request<LinkPreferences>('GET', `/public/preferences/${encodeURIComponent(token)}`);

export const setLinkPreference = (token: string, change: PreferenceChange) =>
  request<LinkPreferences>('POST', `/public/preferences/${encodeURIComponent(token)}`, { body: change });

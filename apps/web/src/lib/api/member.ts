import { request } from './http.ts';
import type {
  MemberHome,
  MemberMessage,
  MemberMessageDetail,
  MemberPolicy,
  MemberPolicyDetail,
  Page,
  PreferenceChange,
  Preferences,
} from './types.ts';

export const getHome = () => request<MemberHome>('GET', '/member/home');

export const listMyPolicies = (query: { when?: string; cursor?: string }) =>
  request<Page<MemberPolicy>>('GET', '/member/policies', { query });

export const getMyPolicy = (policyId: string) =>
  request<MemberPolicyDetail>('GET', `/member/policies/${encodeURIComponent(policyId)}`);

export const listMyMessages = (query: { q?: string; topic?: string; cursor?: string }) =>
  request<Page<MemberMessage>>('GET', '/member/messages', { query });

export const getMyMessage = (deliveryId: string) =>
  request<MemberMessageDetail>('GET', `/member/messages/${encodeURIComponent(deliveryId)}`);

export const getMyPreferences = () => request<Preferences>('GET', '/member/preferences');

export const setMyPreference = (change: PreferenceChange) =>
  request<Preferences>('POST', '/member/preferences', { body: change });

// Names for parts of the API's shapes that have none of their own in openapi.json. Whole shapes: generated/types.gen.ts.
import type {
  Attention as AttentionShape,
  CampaignRow,
  CustomerRow,
  DeliveryRow,
  Funnel as FunnelShape,
  Import,
  MemberPolicy,
  MemberPolicyDetail,
  Session as SessionShape,
  Stuck as StuckShape,
  TimelineItem as TimelineShape,
  Today as TodayShape,
  CampaignUpcoming,
} from './generated/types.gen.ts';

export type MemberSession = NonNullable<SessionShape['member']>;
export type StaffSession = NonNullable<SessionShape['staff']>;
export type StaffRole = StaffSession['role'];

export type Line = MemberPolicy['line'];
export type PolicyStatus = MemberPolicy['status'];
export type PaymentMode = NonNullable<MemberPolicy['paymentMode']>;
export type InsuredObject = NonNullable<MemberPolicy['insuredObject']>;
export type Instalment = MemberPolicyDetail['instalments'][number];
export type AttentionKind = AttentionShape['kind'];

export type ContactClass = DeliveryRow['class'];
export type DeliveryState = DeliveryRow['state'];
export type StateCounts = FunnelShape['states'];

export type CampaignState = CampaignRow['state'];
export type UpcomingDay = CampaignUpcoming['days'][number];
/** What the desk shows of a campaign file; the file itself is the API's to judge. */
export type CampaignDefinition = {
  trigger?: { type?: string; field?: string };
  holdout?: number;
  catchUpHours?: number;
  startsOn?: string | null;
  endsOn?: string | null;
};

export type CustomerFlag = CustomerRow['flags'][number];
export type TimelineType = TimelineShape['type'];
export type StuckKind = StuckShape['kind'];
export type WaitingKind = TodayShape['waiting'][number]['kind'];
export type ImportKind = Import['kind'];
export type ImportState = Import['state'];

/** One page of a list. */
export type Page<T> = { items: T[]; nextCursor: string | null; total?: number | null };

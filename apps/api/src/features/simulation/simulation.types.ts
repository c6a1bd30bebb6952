import type { ContactClass } from '@aftercare/domain';

/** What the time machine is asked. */
export interface SimulationRequest {
  /** Civil date of the first day. */
  from: string;
  /** 1 to 400. */
  days: number;
  /** Tell of this campaign alone; the others are there all the same and take their places. */
  campaign?: string | undefined;
  /** The latest version of this campaign in place of the one that runs, or beside those that run. */
  draft?: string | undefined;
}

export const mostDays = 400;

/** How far a run is. */
export interface SimulationProgress {
  campaigns: number;
  campaignsDone: number;
  days: number;
  daysWalked: number;
}

export interface SimulatedDay {
  date: string;
  total: number;
  byCampaign: Record<string, number>;
  byClass: Partial<Record<ContactClass, number>>;
}

/** What the time ahead brings. Rows are counted on the local day on which they end. */
export interface SimulationResult {
  from: string;
  days: SimulatedDay[];
  total: number;
  byCampaign: Record<string, number>;
  byClass: Partial<Record<ContactClass, number>>;
  heldOut: { total: number; byCampaign: Record<string, number> };
  /** By reason, and by campaign and reason. */
  suppressed: {
    total: number;
    byReason: Record<string, number>;
    byCampaign: Record<string, Record<string, number>>;
  };
  expired: {
    total: number;
    byReason: Record<string, number>;
    byCampaign: Record<string, Record<string, number>>;
  };
  /** How often rows are put off, by campaign and reason; and those still waiting when the days are over. */
  putOff: { total: number; byCampaign: Record<string, Record<string, number>>; stillWaiting: number };
  capClashes: {
    putOff: number;
    lost: number;
    /** By the campaign that had the place; null: a contact from before the first day. */
    pairs: { loser: string; winner: string | null; putOff: number; lost: number }[];
    sample: {
      customerId: string;
      date: string;
      loser: string;
      winner: string | null;
      movedTo: string | null;
    }[];
  };
  people: {
    total: number;
    /** With a policy that is in force or in grace. */
    insured: number;
    /** Insured people who would not hear from us at all. */
    hearNothing: { count: number; sample: string[] };
    /** How many insured people get how many letters. */
    distribution: { letters: number; people: number }[];
    hearMost: { customerId: string; letters: number }[];
  };
  /** Legal notices that would go outside the days that the law of their place gives them. */
  statutory: {
    campaign: string;
    step: string;
    jurisdiction: string;
    line: string;
    rule: string;
    source: string;
    rows: number;
  }[];
  peak: {
    /** The first moment of the busiest hour; null when nothing is sent by mail. */
    hour: string | null;
    mails: number;
    /** 0: no limit is set. */
    ratePerSecond: number;
    /** Hours in which more falls due than the rate lets through. */
    hoursOverRate: number;
  };
}

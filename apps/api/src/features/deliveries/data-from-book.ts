import { ageOn, reinstatementEndsOn, shopAroundWording, type Campaign } from '@aftercare/domain';
import type { ClaimedRow } from './chunk.repository.js';
import type { LoadedPolicy, RowFacts } from './facts.repository.js';

/** What the data of a letter is drawn from. */
export interface Source {
  row: ClaimedRow;
  campaign: Campaign;
  facts: RowFacts;
  policy: LoadedPolicy | null;
  /** The customer's civil date. */
  today: string;
  portalUrl: string;
}

type Data = Record<string, unknown>;

const healthCheckMinutes = 10;

/** What each template takes from the book, beside the reader and the policy that all of them get. */
export const dataFromBook: Readonly<Record<string, (source: Source) => Data>> = {
  'renewal-reminder': (source) => aboutPolicy(source, renewalReminder),
  'payment-reminder': (source) => aboutPolicy(source, paymentReminder),
  'lapse-help': (source) => aboutPolicy(source, lapseHelp),
  'win-back': (source) => aboutPolicy(source, winBack),
  welcome: (source) => aboutPolicy(source, coolingOff),
  'cooling-off': (source) => aboutPolicy(source, coolingOff),
  'claim-check-in': ({ row }) => ({ closedOn: row.anchorDate, satisfactionUrl: null }),
  'we-are-here': ({ facts: { customer } }) => ({ policyCount: customer.policyCount }),
  'life-stage-check': ({ campaign: { trigger }, facts: { customer }, today }) => ({
    occasion:
      trigger.type === 'date' && trigger.field.startsWith('customer.birth') ? 'birthday' : 'anniversary',
    age: customer.birthDate === null ? null : ageOn(customer.birthDate, today),
  }),
  'health-check-invitation': ({ facts: { customer } }) => ({
    policyCount: customer.policyCount,
    minutes: healthCheckMinutes,
    lastCheckOn: null,
  }),
};

function aboutPolicy(source: Source, data: (policy: LoadedPolicy, source: Source) => Data): Data {
  return source.policy === null ? {} : data(source.policy, source);
}

function renewalReminder(policy: LoadedPolicy, { facts }: Source): Data {
  return {
    renewalDate: policy.renewalDate,
    premium: money(policy.premiumMinor, policy.currency),
    previousPremium: money(policy.previousPremiumMinor, policy.currency),
    paymentMode: policy.paymentMode,
    automatic: false,
    grace: grace(policy) && { ...grace(policy), due: owed(policy) },
    shopAround: shopAroundWording(policy, facts.customer.region),
  };
}

function paymentReminder(policy: LoadedPolicy): Data {
  return {
    // Where a whole premium is owed and no instalment is known, it has been since the grace began.
    dueOn: policy.owed?.dueDate ?? policy.statusSince,
    amount: owed(policy),
    paymentMode: policy.paymentMode,
    grace: grace(policy),
  };
}

function lapseHelp(policy: LoadedPolicy, { today }: Source): Data {
  const late = policy.status === 'grace' || (policy.owed !== null && policy.owed.dueDate < today);
  return { owed: late ? owed(policy) : null, graceEndsOn: grace(policy)?.endsOn ?? null };
}

function winBack(policy: LoadedPolicy, { facts }: Source): Data {
  const endedOn = policy.statusSince ?? policy.endDate;
  return {
    endedOn,
    reinstateBy: endedOn === null ? null : reinstatementEndsOn(endedOn, policy.line, facts.customer.region),
  };
}

function coolingOff(policy: LoadedPolicy, { today }: Source): Data {
  const ends = policy.coolingOffEndsOn;
  return { startDate: policy.startDate, coolingOffEndsOn: ends !== null && ends >= today ? ends : null };
}

function grace({ status, graceEndsOn }: LoadedPolicy): { endsOn: string } | null {
  return status === 'grace' && graceEndsOn !== null ? { endsOn: graceEndsOn } : null;
}

/** The oldest instalment that is open; the premium where none is known. */
function owed({ owed: instalment, premiumMinor, currency }: LoadedPolicy): Money | null {
  return money(instalment?.amountMinor ?? premiumMinor, instalment?.currency ?? currency);
}

interface Money {
  amountMinor: number;
  currency: string;
}

function money(amountMinor: number | null, currency: string | null): Money | null {
  return amountMinor === null || currency === null ? null : { amountMinor, currency };
}

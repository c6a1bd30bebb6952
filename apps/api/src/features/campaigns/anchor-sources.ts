import {
  birthdayKeys,
  isStatusEvent,
  statusEvents,
  type Campaign,
  type CampaignSubject,
  type DateTriggerFieldName,
  type TriggerEvent,
} from '@aftercare/domain';
import type { SqlParameters } from '../audiences/audiences.types.js';
import { isYearly } from './step-slots.js';

/**
 * Where the anchor dates of a trigger stand: tables in which `c` is the customer and `p` the policy that a campaign
 * is about, and what ties their rows to a `day` (its anchor_date, and the year_day and stretch of time that go with it).
 */
export interface AnchorSource {
  readonly from: string;
  readonly conditions: readonly string[];
  /** A subject may turn up several times for one day. */
  readonly repeats: boolean;
}

/** An offset from UTC that holds in a zone for a while. */
export interface ZoneOffset {
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
}

const policies = `policies p JOIN customers c ON c.customer_id = p.customer_id`;

/** Asked of the policies that begin on the day, not of every customer's whole history. */
const isFirst = (policy: string) => `NOT EXISTS (SELECT FROM policies earlier
  WHERE earlier.customer_id = ${policy}.customer_id
    AND (earlier.start_date, earlier.policy_id) < (${policy}.start_date, ${policy}.policy_id))`;

const dateColumns: Readonly<
  Record<DateTriggerFieldName, { from: string; column: string; condition?: string }>
> = {
  'policy.startDate': { from: policies, column: 'p.start_date' },
  'policy.renewalDate': { from: policies, column: 'p.renewal_date' },
  'policy.endDate': { from: policies, column: 'p.end_date' },
  'policy.anniversary': { from: policies, column: 'p.start_date' },
  'policy.coolingOffEnd': { from: policies, column: 'p.cooling_off_ends_on' },
  'policy.graceStart': { from: policies, column: 'p.status_since', condition: `p.status = 'grace'` },
  'policy.graceEnd': { from: policies, column: 'p.grace_ends_on', condition: `p.status = 'grace'` },
  'policy.instalmentDue': {
    from: `instalments i JOIN policies p ON p.policy_id = i.policy_id
             JOIN customers c ON c.customer_id = p.customer_id`,
    column: 'i.due_date',
    condition: 'i.paid_at IS NULL',
  },
  'customer.birthday': { from: 'customers c', column: 'c.birth_date' },
  'customer.birthDate': { from: 'customers c', column: 'c.birth_date' },
  'customer.since': { from: policies, column: 'p.start_date', condition: isFirst('p') },
  'customer.lastContact': {
    // Unqualified, so that a simulation can put contacts to come in the place of those that were.
    from: `(SELECT customer_id, contact_on FROM last_contacts
            UNION ALL
            SELECT first.customer_id, first.start_date FROM policies first
            WHERE NOT EXISTS (SELECT FROM last_contacts known WHERE known.customer_id = first.customer_id)
              AND ${isFirst('first')}
           ) contact JOIN customers c ON c.customer_id = contact.customer_id`,
    column: 'contact.contact_on',
  },
};

/** The zone that a subject lives by. */
export function zoneOf(subject: CampaignSubject): string {
  return subject === 'policy' ? `coalesce(c.time_zone, p.time_zone, 'UTC')` : `coalesce(c.time_zone, 'UTC')`;
}

/** The source of a campaign's anchors on some dates. */
export function anchorSource(
  campaign: Campaign,
  dates: readonly string[],
  offsets: readonly ZoneOffset[],
  parameters: SqlParameters,
): AnchorSource {
  const { subject, trigger } = campaign;
  switch (trigger.type) {
    case 'once':
    case 'recurring':
      return { from: subject === 'policy' ? policies : 'customers c', conditions: [], repeats: false };
    case 'event':
      return eventSource(subject, trigger.event, offsets, parameters);
    case 'date': {
      const { from, column, condition } = dateColumns[trigger.field];
      const onDay = isYearly(campaign)
        ? yearlyOn(column, dates, parameters)
        : datedOn(column, dates, parameters);
      return { from, conditions: condition === undefined ? onDay : [...onDay, condition], repeats: false };
    }
  }
}

/**
 * The list of dates beside the join lets an index find the few rows of these days before anything else is looked at.
 */
function datedOn(column: string, dates: readonly string[], parameters: SqlParameters): string[] {
  return [`${column} = day.anchor_date`, `${column} = ANY(${parameters.add(dates, 'date[]')})`];
}

function yearlyOn(column: string, dates: readonly string[], parameters: SqlParameters): string[] {
  // Written as in the indexes of birthdays and anniversaries.
  const yearDay = `(extract(month FROM ${column})::int * 100 + extract(day FROM ${column})::int)`;
  const yearDays = [...new Set(dates.flatMap(birthdayKeys))];
  return [
    `${yearDay} = day.year_day`,
    `${yearDay} = ANY(${parameters.add(yearDays, 'int[]')})`,
    `${column} < day.anchor_date`,
  ];
}

function eventSource(
  subject: CampaignSubject,
  event: TriggerEvent,
  offsets: readonly ZoneOffset[],
  parameters: SqlParameters,
): AnchorSource {
  const ofPolicy = (table: string) =>
    `${table} e JOIN policies p ON p.policy_id = e.policy_id JOIN customers c ON c.customer_id = p.customer_id`;
  if (isStatusEvent(event)) {
    const transition = `e.transition = ${parameters.add(statusEvents[event], 'text')}`;
    return {
      from: ofPolicy('policy_status_changes'),
      conditions: [transition, 'e.changed_on = day.anchor_date'],
      repeats: true,
    };
  }
  const [table, moment] =
    event === 'policy_renewed' ? ['closed_terms', 'e.closed_at'] : ['customer_events', 'e.at'];
  const from =
    subject === 'policy' || event === 'policy_renewed'
      ? ofPolicy(table)
      : `${table} e JOIN customers c ON c.customer_id = e.customer_id`;
  const column = <Value>(type: string, value: (offset: ZoneOffset) => Value) =>
    parameters.add(offsets.map(value), `${type}[]`);
  const stretches = `unnest(${column('text', ({ zone }) => zone)}, ${column('timestamptz', (offset) => offset.from)},
    ${column('timestamptz', ({ to }) => to)}, ${column('int', ({ seconds }) => seconds)})
    AS clock (zone, since, until, seconds)`;
  return {
    from: `${from} JOIN ${stretches}
      ON clock.zone = ${zoneOf(subject)} AND ${moment} >= clock.since AND ${moment} < clock.until`,
    conditions: [
      // The first two are for the index: wherever it is that day.
      `${moment} >= day.earliest`,
      `${moment} < day.latest`,
      `(${moment} AT TIME ZONE 'UTC' + make_interval(secs => clock.seconds))::date = day.anchor_date`,
      ...typeOf(event, subject, parameters),
    ],
    repeats: true,
  };
}

function typeOf(event: TriggerEvent, subject: CampaignSubject, parameters: SqlParameters): string[] {
  if (event === 'policy_renewed') return [];
  if (event !== 'first_portal_login') return [`e.type = ${parameters.add(event, 'text')}`];
  const same = subject === 'policy' ? 'policy_id' : 'customer_id';
  return [
    `e.type = 'portal_login'`,
    `NOT EXISTS (SELECT FROM customer_events earlier
       WHERE earlier.${same} = e.${same} AND earlier.type = 'portal_login' AND earlier.at < e.at)`,
  ];
}

import {
  birthdayKeys,
  holdoutKey,
  type Campaign,
  type CampaignSubject,
  type DateTriggerFieldName,
  type Rule,
} from '@aftercare/domain';
import type { RuleScope, SqlParameters } from '../audiences/audiences.types.js';
import { isYearly, type StepSlot } from './step-slots.js';

/** Turns a rule into SQL; AudiencesService.condition. */
export type RuleCompiler = (
  subject: CampaignSubject,
  rule: Rule,
  scope: RuleScope,
  parameters: SqlParameters,
) => string;

/** Where the anchor date of a trigger stands, and what must hold beside it. */
interface Source {
  readonly from: string;
  readonly anchor: string | null;
  readonly condition?: string;
}

const policies = `policies p JOIN customers c ON c.customer_id = p.customer_id`;
const ofPolicy = (anchor: string | null, condition?: string): Source => ({
  from: policies,
  anchor,
  ...(condition === undefined ? {} : { condition }),
});

const dateSources: Readonly<Record<DateTriggerFieldName, Source>> = {
  'policy.startDate': ofPolicy('p.start_date'),
  'policy.renewalDate': ofPolicy('p.renewal_date'),
  'policy.endDate': ofPolicy('p.end_date'),
  'policy.anniversary': ofPolicy('p.start_date'),
  'policy.coolingOffEnd': ofPolicy('p.cooling_off_ends_on'),
  'policy.graceStart': ofPolicy('p.status_since', `p.status = 'grace'`),
  'policy.graceEnd': ofPolicy('p.grace_ends_on', `p.status = 'grace'`),
  'policy.instalmentDue': {
    from: `instalments i JOIN policies p ON p.policy_id = i.policy_id
             JOIN customers c ON c.customer_id = p.customer_id`,
    anchor: 'i.due_date',
    condition: 'i.paid_at IS NULL',
  },
  'customer.birthday': { from: 'customers c', anchor: 'c.birth_date' },
  'customer.birthDate': { from: 'customers c', anchor: 'c.birth_date' },
  'customer.since': ofPolicy(
    'p.start_date',
    // Asked of the policies that begin on the day, not of every customer's whole history.
    `NOT EXISTS (SELECT FROM policies earlier WHERE earlier.customer_id = p.customer_id
       AND (earlier.start_date, earlier.policy_id) < (p.start_date, p.policy_id))`,
  ),
  'customer.lastContact': {
    from: `(SELECT customer_id, contact_on FROM last_contacts
            UNION ALL SELECT first.customer_id, first.start_date FROM policies first
              WHERE NOT EXISTS (SELECT FROM last_contacts l WHERE l.customer_id = first.customer_id)
                AND NOT EXISTS (SELECT FROM policies earlier WHERE earlier.customer_id = first.customer_id
                                  AND (earlier.start_date, earlier.policy_id) < (first.start_date, first.policy_id))
           ) last JOIN customers c ON c.customer_id = last.customer_id`,
    anchor: 'last.contact_on',
  },
};

/**
 * The ledger rows of one step that are due in some slots, as a SELECT. One statement however many subjects and
 * slots there are; no date is computed in it: the slots bring each anchor date and moment along.
 *
 * In two parts. The inner one finds who is in on each of the few days, whatever their zone, so that each row of the
 * book is read once; OFFSET 0 keeps PostgreSQL from reading it once for each zone instead. The outer one gives
 * everybody the moment of their zone.
 */
export function dueRows(
  campaign: Campaign,
  slots: readonly StepSlot[],
  compile: RuleCompiler,
  parameters: SqlParameters,
): string {
  const { subject } = campaign;
  const source = sourceOf(campaign);
  const yearly = isYearly(campaign);
  const subjectId = subject === 'policy' ? 'p.policy_id' : 'c.customer_id';
  const days = daysOf(slots);
  const isIn = (today: string) => {
    const scope = { customer: 'c', policy: subject === 'policy' ? 'p' : null, today };
    const audience = compile(subject, campaign.audience, scope, parameters);
    if (campaign.exitWhen === null) return `(${audience})`;
    return `(${audience}) AND (${compile(subject, campaign.exitWhen, scope, parameters)}) IS NOT TRUE`;
  };
  const conditions = [
    ...anchorConditions(source.anchor, yearly, days, parameters),
    ...(source.condition ? [source.condition] : []),
    isIn('day.local_date'),
  ];
  // A later step takes the place of an earlier one only of those who are in on its own day.
  const mayBeSuperseded = days.some(({ laterDates }) => laterDates.length > 0);
  const inLater = mayBeSuperseded
    ? `ARRAY(SELECT later.today FROM unnest(day.later_dates::date[]) AS later (today) WHERE ${isIn('later.today')})`
    : 'NULL::date[]';
  const zoned = slots[0]?.zone !== null;
  return `
    SELECT subject.subject_id, subject.anchor_date, subject.local_date, subject.customer_id, subject.policy_id,
           subject.term_no, subject.zone, slot.due_at,
           CASE WHEN slot.missed THEN 'missed_window'
                WHEN ${mayBeSuperseded ? 'slot.later_dates::date[] && subject.in_later' : 'false'} THEN 'superseded'
                WHEN ${heldOut(campaign, 'subject.subject_id', parameters)} THEN 'held_out'
                ELSE 'planned' END AS outcome
    FROM (
      SELECT ${subjectId} AS subject_id, c.customer_id, ${zoneOf(subject)} AS zone,
             ${subject === 'policy' ? 'p.policy_id, p.term_no' : 'NULL::text AS policy_id, NULL::int AS term_no'},
             day.anchor_date, day.local_date, ${inLater} AS in_later
      FROM ${dayTable(days, yearly, parameters)}, ${source.from}
      WHERE ${conditions.join('\n        AND ')}
      OFFSET 0
    ) subject
    JOIN ${slotTable(slots, parameters)}
      ON slot.anchor_date = subject.anchor_date${zoned ? ' AND slot.zone = subject.zone' : ''}`;
}

/** An anchor date of the slots, whatever their zone. */
type Day = Pick<StepSlot, 'anchorDate' | 'localDate' | 'laterDates'>;

function daysOf(slots: readonly StepSlot[]): Day[] {
  const days = new Map<string, { localDate: string; laterDates: Set<string> }>();
  for (const { anchorDate, localDate, laterDates } of slots) {
    const day = days.get(anchorDate) ?? { localDate, laterDates: new Set() };
    days.set(anchorDate, day);
    for (const date of laterDates) day.laterDates.add(date);
  }
  return [...days].map(([anchorDate, { localDate, laterDates }]) => ({
    anchorDate,
    localDate,
    laterDates: [...laterDates],
  }));
}

function sourceOf({ subject, trigger }: Campaign): Source {
  if (trigger.type === 'date') return dateSources[trigger.field];
  return { from: subject === 'policy' ? policies : 'customers c', anchor: null };
}

function zoneOf(subject: CampaignSubject): string {
  return subject === 'policy' ? `coalesce(c.time_zone, p.time_zone, 'UTC')` : `coalesce(c.time_zone, 'UTC')`;
}

/** The same bucket as the domain's holdoutPoint, so that a subject falls on the same side everywhere. */
function heldOut({ key, holdout }: Campaign, subjectId: string, parameters: SqlParameters): string {
  if (holdout === 0) return 'false';
  const hash = `md5(${parameters.add(holdoutKey(key, ''), 'text')} || ${subjectId})`;
  const point = `('x' || left(${hash}, 8))::bit(32)::bigint / 4294967296.0::float8`;
  return `${point} < ${parameters.add(holdout, 'float8')}`;
}

/**
 * Ties the anchor column to the days. The list of dates beside the join lets an index find the few policies of
 * these days before anything else is looked at.
 */
function anchorConditions(
  anchor: string | null,
  yearly: boolean,
  days: readonly Day[],
  parameters: SqlParameters,
): string[] {
  if (anchor === null) return [];
  const dates = days.map(({ anchorDate }) => anchorDate);
  if (!yearly) return [`${anchor} = day.anchor_date`, `${anchor} = ANY(${parameters.add(dates, 'date[]')})`];
  // Written as in the indexes of birthdays and anniversaries.
  const yearDay = `(extract(month FROM ${anchor})::int * 100 + extract(day FROM ${anchor})::int)`;
  const yearDays = [...new Set(dates.flatMap(birthdayKeys))];
  return [
    `${yearDay} = day.year_day`,
    `${yearDay} = ANY(${parameters.add(yearDays, 'int[]')})`,
    `${anchor} < day.anchor_date`,
  ];
}

function dayTable(days: readonly Day[], yearly: boolean, parameters: SqlParameters): string {
  // A yearly day stands once for each day of birth that it serves: 28 February for two in a common year.
  const rows = days.flatMap((day) =>
    (yearly ? birthdayKeys(day.anchorDate) : [null]).map((yearDay) => ({ ...day, yearDay })),
  );
  const column = <Value>(type: string, value: (row: (typeof rows)[number]) => Value) =>
    parameters.add(rows.map(value), `${type}[]`);
  return `unnest(${column('date', ({ anchorDate }) => anchorDate)}, ${column('date', ({ localDate }) => localDate)},
        ${column('text', ({ laterDates }) => arrayText(laterDates))}, ${column('int', ({ yearDay }) => yearDay)})
        AS day (anchor_date, local_date, later_dates, year_day)`;
}

function slotTable(slots: readonly StepSlot[], parameters: SqlParameters): string {
  const column = <Value>(type: string, value: (slot: StepSlot) => Value) =>
    parameters.add(slots.map(value), `${type}[]`);
  return `unnest(${column('text', ({ zone }) => zone)}, ${column('date', ({ anchorDate }) => anchorDate)},
        ${column('timestamptz', ({ dueAt }) => dueAt.toString())}, ${column('boolean', ({ missed }) => missed)},
        ${column('text', ({ laterDates }) => arrayText(laterDates))})
      AS slot (zone, anchor_date, due_at, missed, later_dates)`;
}

/** PostgreSQL has no list of lists of different lengths: each is a text of its own. */
function arrayText(dates: readonly string[]): string | null {
  return dates.length === 0 ? null : `{${dates.join(',')}}`;
}

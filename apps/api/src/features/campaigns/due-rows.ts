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
};

/**
 * The ledger rows of one step that are due in some slots, as a SELECT. One statement however many subjects and
 * slots there are; no date is computed in it: the slots bring each anchor date and moment along.
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
  const isIn = (today: string) => {
    const scope = { customer: 'c', policy: subject === 'policy' ? 'p' : null, today };
    const audience = compile(subject, campaign.audience, scope, parameters);
    if (campaign.exitWhen === null) return `(${audience})`;
    return `(${audience}) AND (${compile(subject, campaign.exitWhen, scope, parameters)}) IS NOT TRUE`;
  };
  const conditions = [
    ...anchorConditions(source.anchor, yearly, slots, parameters),
    ...(source.condition ? [source.condition] : []),
    ...(slots[0]?.zone === null ? [] : [`slot.zone = ${zoneOf(subject)}`]),
    isIn('slot.local_date'),
  ];
  // A later step takes the place of an earlier one only of those who are in on its own day.
  const superseded = slots.some(({ laterDates }) => laterDates.length > 0)
    ? `(slot.later_dates IS NOT NULL AND EXISTS (
         SELECT FROM unnest(slot.later_dates::date[]) AS later (today) WHERE ${isIn('later.today')}))`
    : 'false';
  return `
    SELECT ${subjectId} AS subject_id, slot.anchor_date, slot.local_date, c.customer_id,
           ${subject === 'policy' ? 'p.policy_id, p.term_no' : 'NULL::text AS policy_id, NULL::int AS term_no'},
           slot.due_at,
           CASE WHEN slot.missed THEN 'missed_window'
                WHEN ${superseded} THEN 'superseded'
                WHEN ${heldOut(campaign, subjectId, parameters)} THEN 'held_out'
                ELSE 'planned' END AS outcome
    FROM ${slotTable(slots, yearly, parameters)}, ${source.from}
    WHERE ${conditions.join('\n      AND ')}`;
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
 * Ties the anchor column to the slots. The list of dates beside the join lets an index find the few policies of
 * these days before anything else is looked at.
 */
function anchorConditions(
  anchor: string | null,
  yearly: boolean,
  slots: readonly StepSlot[],
  parameters: SqlParameters,
): string[] {
  if (anchor === null) return [];
  const dates = [...new Set(slots.map(({ anchorDate }) => anchorDate))];
  if (!yearly) return [`${anchor} = slot.anchor_date`, `${anchor} = ANY(${parameters.add(dates, 'date[]')})`];
  // Written as in the index of birthdays.
  const day = `(extract(month FROM ${anchor})::int * 100 + extract(day FROM ${anchor})::int)`;
  const days = [...new Set(dates.flatMap(birthdayKeys))];
  return [
    `${day} = slot.year_day`,
    `${day} = ANY(${parameters.add(days, 'int[]')})`,
    `${anchor} < slot.anchor_date`,
  ];
}

function slotTable(slots: readonly StepSlot[], yearly: boolean, parameters: SqlParameters): string {
  // A yearly slot stands once for each day of birth that it serves: 28 February for two in a common year.
  const rows = slots.flatMap((slot) =>
    (yearly ? birthdayKeys(slot.anchorDate) : [null]).map((yearDay) => ({ ...slot, yearDay })),
  );
  const columns = [
    parameters.add(
      rows.map(({ zone }) => zone),
      'text[]',
    ),
    parameters.add(
      rows.map(({ anchorDate }) => anchorDate),
      'date[]',
    ),
    parameters.add(
      rows.map(({ localDate }) => localDate),
      'date[]',
    ),
    parameters.add(
      rows.map(({ dueAt }) => dueAt.toString()),
      'timestamptz[]',
    ),
    parameters.add(
      rows.map(({ missed }) => missed),
      'boolean[]',
    ),
    parameters.add(
      rows.map(({ laterDates }) => (laterDates.length === 0 ? null : `{${laterDates.join(',')}}`)),
      'text[]',
    ),
    parameters.add(
      rows.map(({ yearDay }) => yearDay),
      'int[]',
    ),
  ];
  return `unnest(${columns.join(', ')})
      AS slot (zone, anchor_date, local_date, due_at, missed, later_dates, year_day)`;
}

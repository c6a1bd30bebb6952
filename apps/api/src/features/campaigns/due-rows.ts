import {
  addDays,
  birthdayKeys,
  experimentKey,
  globalHoldoutKey,
  holdoutKey,
  offsetStretches,
  type Campaign,
  type CampaignSubject,
  type Rule,
} from '@aftercare/domain';
import { Temporal } from 'temporal-polyfill';
import type { RuleScope, SqlParameters } from '../audiences/audiences.types.js';
import { anchorSource, zoneOf, type ZoneOffset } from './anchor-sources.js';
import { isYearly, knownZone, passesOf, type StepSlot } from './step-slots.js';

/** Turns a rule into SQL; AudiencesService.condition. */
export type RuleCompiler = (
  subject: CampaignSubject,
  rule: Rule,
  scope: RuleScope,
  parameters: SqlParameters,
) => string;

/** What is asked for. */
export interface DueRows {
  readonly campaign: Campaign;
  readonly slots: readonly StepSlot[];
  /** The zones of the book. */
  readonly zones: readonly string[];
  /** The share of customers who get no marketing at all. */
  readonly globalHoldout: number;
  /** Each row is judged as a tick at its own moment would; else all of them as one tick does that finds them due. */
  readonly ahead: boolean;
}

/**
 * The ledger rows of a campaign that are due in some slots, as a SELECT: subject_id, customer_id, policy_id, term_no,
 * zone, anchor_date, local_date, pass (its place), step (its key), due_at, and outcome (`planned`, `held_out`,
 * `global_holdout`, `superseded`, `missed_window`). One statement however many steps, subjects and slots there are; no
 * date is computed in it: the slots bring each anchor date and moment along.
 *
 * In three parts. The innermost finds who is in on each of the few days, whatever their zone, so that each row of
 * the book is read once; OFFSET 0 keeps PostgreSQL from reading it once for each zone instead. The next gives everybody
 * the moment of their zone and their arm. The outermost lets the last of several steps go; its OFFSET 0 keeps the
 * outcome, and the hashes in it, from being worked out anew wherever it is named.
 */
export function dueRows(asked: DueRows, compile: RuleCompiler, parameters: SqlParameters): string {
  const { campaign, slots, ahead } = asked;
  const { subject } = campaign;
  const dates = [...new Set(slots.map(({ anchorDate }) => anchorDate))].sort();
  const source = anchorSource(campaign, dates, clockOffsets(asked, dates), parameters);
  const subjectId = subject === 'policy' ? 'p.policy_id' : 'c.customer_id';
  const conditions = [...source.conditions, isIn(campaign, slots, compile, parameters)];
  const zoned = slots[0]?.zone !== null;
  const steps = parameters.add(
    campaign.steps.map(({ key }) => key),
    'text[]',
  );
  const contest = slots.some(({ rank }) => rank !== null);
  const due = `
      SELECT subject.*, (${steps})[subject.place + 1] AS step, slot.pass, slot.due_at, slot.missed,
             ${contest ? `slot.rank, ${highestRank(ahead)}` : 'NULL::int AS rank, NULL::int'} AS highest
      FROM (
        SELECT ${source.repeats ? 'DISTINCT' : ''} ${subjectId} AS subject_id, c.customer_id, ${zoneOf(subject)} AS zone,
               ${subject === 'policy' ? 'p.policy_id, p.term_no' : 'NULL::text AS policy_id, NULL::int AS term_no'},
               day.place, day.anchor_date, day.local_date
        FROM ${dayTable(asked, parameters)}, ${source.from}
        WHERE ${conditions.join('\n          AND ')}
        OFFSET 0
      ) subject
      JOIN ${slotTable(slots, parameters)}
        ON slot.place = subject.place AND slot.anchor_date = subject.anchor_date
        ${zoned ? 'AND slot.zone = subject.zone' : ''} ${inArm(campaign, slots, parameters)}`;
  return `
    SELECT subject_id, customer_id, policy_id, term_no, zone, anchor_date, local_date, pass, step, due_at,
           CASE WHEN missed THEN 'missed_window'
                WHEN rank < highest THEN 'superseded'
                WHEN ${heldOut(globalHoldoutKey(''), 'customer_id', campaign.class === 'marketing' ? asked.globalHoldout : 0, parameters)} THEN 'global_holdout'
                WHEN ${heldOut(holdoutKey(campaign.key, ''), 'subject_id', campaign.holdout, parameters)} THEN 'held_out'
                ELSE 'planned' END AS outcome
    FROM (${due}) due
    OFFSET 0`;
}

function highestRank(ahead: boolean): string {
  // Ahead, a step is overtaken only by what is due by its own moment.
  const order = ahead ? 'ORDER BY slot.due_at RANGE UNBOUNDED PRECEDING' : '';
  return `max(slot.rank) OVER (PARTITION BY subject.subject_id, subject.anchor_date ${order})`;
}

/**
 * The audience with each step's own condition, as one rule: of a customer one policy must make all of it true. And
 * nobody of whom the exit rule is true.
 */
function isIn(
  { subject, audience, exitWhen, steps }: Campaign,
  slots: readonly StepSlot[],
  compile: RuleCompiler,
  parameters: SqlParameters,
): string {
  const scope = { customer: 'c', policy: subject === 'policy' ? 'p' : null, today: 'day.local_date' };
  const condition = (rule: Rule) => `(${compile(subject, rule, scope, parameters)})`;
  const rules = [...new Set(slots.map(({ step }) => step))].map((place) => {
    const { when } = steps[place]!;
    return { place, rule: when === null ? audience : { all: [audience, when] } };
  });
  const [first] = rules;
  const alike = first === undefined || rules.every(({ rule }) => rule === first.rule) || rules.length === 1;
  const audienceSql = alike
    ? condition(first?.rule ?? audience)
    : `CASE day.place ${rules.map(({ place, rule }) => `WHEN ${place} THEN ${condition(rule)}`).join(' ')} END`;
  return exitWhen === null ? audienceSql : `${audienceSql} AND ${condition(exitWhen)} IS NOT TRUE`;
}

/** The same point as the domain's holdoutPoint, so that a subject falls on the same side everywhere. */
function pointOf(key: string): string {
  return `('x' || left(md5(${key}), 8))::bit(32)::bigint / 4294967296.0::float8`;
}

function heldOut(prefix: string, id: string, share: number, parameters: SqlParameters): string {
  if (share === 0) return 'false';
  return `${pointOf(`${parameters.add(prefix, 'text')} || ${id}`)} < ${parameters.add(share, 'float8')}`;
}

/** The subjects of a step that has an experiment are each in one of its arms. */
function inArm(campaign: Campaign, slots: readonly StepSlot[], parameters: SqlParameters): string {
  const passes = passesOf(campaign);
  if (slots.every(({ pass }) => passes[pass]!.arm === null)) return '';
  const of = (values: unknown[], type: string) => `(${parameters.add(values, `${type}[]`)})[slot.pass + 1]`;
  const key = of(
    passes.map(({ step }) => experimentKey(campaign.key, step.key, '')),
    'text',
  );
  const from = of(
    passes.map(({ arm }) => arm?.from ?? 0),
    'float8',
  );
  const to = of(
    passes.map(({ arm }) => arm?.to ?? 1),
    'float8',
  );
  const point = pointOf(`${key} || subject.subject_id`);
  return `AND (${from} = 0 OR ${point} >= ${from}) AND (${to} = 1 OR ${point} < ${to})`;
}

// How far a local day may begin before that of UTC, and end after it.
const aheadOfUtc = { hours: 16 };
const behindUtc = { hours: 40 };

function stretchOf(anchorDate: string): { earliest: Temporal.Instant; latest: Temporal.Instant } {
  const midnight = Temporal.Instant.from(`${anchorDate}T00:00Z`);
  return { earliest: midnight.subtract(aheadOfUtc), latest: midnight.add(behindUtc) };
}

/** By what clocks the moments of events are read on these dates. */
function clockOffsets({ campaign, zones }: DueRows, dates: readonly string[]): ZoneOffset[] {
  if (campaign.trigger.type !== 'event' || dates.length === 0) return [];
  const { earliest } = stretchOf(dates[0]!);
  const { latest } = stretchOf(dates.at(-1)!);
  return zones.flatMap((zone) =>
    offsetStretches(knownZone(zone), earliest, latest).map(({ from, to, seconds }) => ({
      ...{ zone, from: from.toString(), to: to.toString(), seconds },
    })),
  );
}

/** An anchor date of the slots of one step, whatever their zone. */
function dayTable({ campaign, slots }: DueRows, parameters: SqlParameters): string {
  const days = [...new Map(slots.map((slot) => [`${slot.step} ${slot.anchorDate}`, slot])).values()];
  // A yearly day stands once for each day of birth that it serves: 28 February for two in a common year.
  const yearly = isYearly(campaign);
  const rows = days.flatMap((day) =>
    (yearly ? birthdayKeys(day.anchorDate) : [null]).map((yearDay) => ({ ...day, yearDay })),
  );
  const column = <Value>(type: string, value: (row: (typeof rows)[number]) => Value) =>
    parameters.add(rows.map(value), `${type}[]`);
  const ofEvents = campaign.trigger.type === 'event';
  const moments = ofEvents
    ? `, ${column('timestamptz', (row) => stretchOf(row.anchorDate).earliest.toString())},
        ${column('timestamptz', (row) => stretchOf(row.anchorDate).latest.toString())}`
    : '';
  return `unnest(${column('int', ({ step }) => step)}, ${column('date', ({ anchorDate }) => anchorDate)},
        ${column('date', (row) => addDays(row.anchorDate, campaign.steps[row.step]!.offsetDays))},
        ${column('int', ({ yearDay }) => yearDay)}${moments})
        AS day (place, anchor_date, local_date, year_day${ofEvents ? ', earliest, latest' : ''})`;
}

function slotTable(slots: readonly StepSlot[], parameters: SqlParameters): string {
  const column = <Value>(type: string, value: (slot: StepSlot) => Value) =>
    parameters.add(slots.map(value), `${type}[]`);
  return `unnest(${column('int', ({ pass }) => pass)}, ${column('int', ({ step }) => step)},
        ${column('text', ({ zone }) => zone)}, ${column('date', ({ anchorDate }) => anchorDate)},
        ${column('timestamptz', ({ dueAt }) => dueAt.toString())}, ${column('boolean', ({ missed }) => missed)},
        ${column('int', ({ rank }) => rank)})
      AS slot (pass, place, zone, anchor_date, due_at, missed, rank)`;
}

import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { Counter, Gauge, Histogram } from 'prom-client';

/**
 * What the platform counts of its own work, for Prometheus. Labels have few values that are known beforehand: no
 * campaign, address or customer is ever one.
 *
 * A process counts what it does itself, so each of them is scraped; gauges are read from the database and are the same
 * wherever they are asked.
 */

/** What a message goes through, from falling due to the word of the mail server. */
export const stages = [
  'plan',
  'release',
  'claim',
  'facts',
  'compose',
  'journal',
  'handover',
  'chunk',
] as const;
export type Stage = (typeof stages)[number];

const stageSeconds = new Histogram({
  name: 'aftercare_stage_seconds',
  help: 'Seconds of each stage: plan, release, claim, facts, journal a batch; compose, handover a message; chunk a job',
  labelNames: ['stage'],
  buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
});
const secondsOf = Object.fromEntries(stages.map((stage) => [stage, stageSeconds.labels(stage)])) as Record<
  Stage,
  ReturnType<typeof stageSeconds.labels>
>;

const counters = {
  planned: new Counter({
    name: 'aftercare_planned_rows_total',
    help: 'Rows that planning brought into the ledger, by the state they began in',
    labelNames: ['state'],
  }),
  released: new Counter({
    name: 'aftercare_released_rows_total',
    help: 'Rows handed to the workers',
    labelNames: ['class'],
  }),
  gate: new Counter({
    name: 'aftercare_gate_decisions_total',
    help: 'What the contact gate decided just before sending: allowed, or a reason against it',
    labelNames: ['decision', 'reason'],
  }),
  composed: new Counter({ name: 'aftercare_messages_composed_total', help: 'Messages made' }),
  handovers: new Counter({
    name: 'aftercare_handovers_total',
    help: 'What came of handing messages to a mail server',
    labelNames: ['outcome'],
  }),
  outcomes: new Counter({
    name: 'aftercare_outcomes_total',
    help: 'Rows of the ledger that workers have settled or put off, by the state written',
    labelNames: ['state'],
  }),
  replies: new Counter({
    name: 'aftercare_replies_total',
    help: 'Refusals of mail servers by what they are about, of messages and in reports that came later',
    labelNames: ['kind', 'permanent', 'source'],
  }),
  evidence: new Counter({
    name: 'aftercare_evidence_total',
    help: 'Reports of what became of messages: bounces, complaints, answers …',
    labelNames: ['kind'],
  }),
};

/** What planning has added. */
export function countPlanned(added: { planned: number; expired: number; heldOut: number }): void {
  for (const [state, rows] of [
    ['planned', added.planned],
    ['expired', added.expired],
    ['held_out', added.heldOut],
  ] as const) {
    if (rows > 0) counters.planned.inc({ state }, rows);
  }
}

export function countReleased(contactClass: string, rows: number): void {
  counters.released.inc({ class: contactClass }, rows);
}

/** A decision of the contact gate about one row; `reason` is null where it let it go. */
export function countGate(
  decision: 'allowed' | 'suppressed' | 'expired' | 'deferred',
  reason: string | null,
): void {
  counters.gate.inc({ decision, reason: reason ?? 'none' });
}

/** A message was made: work of a fraction of a millisecond, so without a span of its own. */
export function countComposed(milliseconds: number): void {
  counters.composed.inc();
  secondsOf.compose.observe(milliseconds / 1000);
}

/** One hand-over of one message: what came of it, and how long it took. */
export function countHandover(
  outcome: 'accepted' | 'refused' | 'not_sent' | 'in_doubt',
  seconds: number,
): void {
  counters.handovers.inc({ outcome });
  secondsOf.handover.observe(seconds);
}

export function countOutcomes(state: string, rows: number): void {
  counters.outcomes.inc({ state }, rows);
}

/** A refusal, classified. `source`: where it was read. */
export function countReply(kind: string, permanent: boolean, source: 'smtp' | 'dsn' | 'webhook'): void {
  counters.replies.inc({ kind, permanent: String(permanent), source });
}

/** A report that was kept for the first time. */
export function countEvidence(kind: string): void {
  counters.evidence.inc({ kind });
}

const tracer = trace.getTracer('aftercare');

/**
 * Does a batch of work as one stage: its seconds go to the histogram and, where traces are collected, it is a span
 * with `attributes` (counts, never people). Costs about a microsecond, so it is for batches, not for messages.
 */
export function inStage<T>(stage: Stage, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(stage, { attributes }, async (span) => {
    const startedAt = performance.now();
    try {
      return await work();
    } catch (error) {
      // The kind alone: what a database or a mail server says may hold somebody's address.
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : 'unknown',
      });
      throw error;
    } finally {
      secondsOf[stage].observe((performance.now() - startedAt) / 1000);
      span.end();
    }
  });
}

/** What is, as the database has it: read when somebody scrapes. */
export const gauges = {
  rowsWaiting: new Gauge({
    name: 'aftercare_rows_waiting',
    help: 'Rows that are due and not released, by what they wait for; ready: for nothing but their turn',
    labelNames: ['why'],
  }),
  rowsReleased: new Gauge({
    name: 'aftercare_rows_released',
    help: 'Rows that workers have been given and that are not settled',
  }),
  rowsToday: new Gauge({
    name: 'aftercare_rows_today',
    help: 'Rows that have fallen due since the day began, by state',
    labelNames: ['state'],
  }),
  inDoubt: new Gauge({ name: 'aftercare_rows_in_doubt', help: 'Rows in doubt that nothing has settled yet' }),
  oldestReadySeconds: new Gauge({
    name: 'aftercare_oldest_ready_seconds',
    help: 'For how long the oldest row that could go, or is with a worker, has been due',
  }),
  stalledSeconds: new Gauge({
    name: 'aftercare_sending_stalled_seconds',
    help: 'For how long nothing has moved that should have; 0 while nothing has stalled',
  }),
  sendingStopped: new Gauge({
    name: 'aftercare_sending_stopped',
    help: '1 while all sending is stopped: by the emergency stop, or by the setting AFTERCARE_SENDING',
    labelNames: ['how'],
  }),
  mailServersDown: new Gauge({
    name: 'aftercare_mail_servers_down',
    help: '1 while no mail server takes messages',
  }),
  breakerOpen: new Gauge({
    name: 'aftercare_breaker_open',
    help: '1 while a mail server is held to be out of order and another one, or none, takes its messages',
    labelNames: ['transport'],
  }),
  planningBehindSeconds: new Gauge({
    name: 'aftercare_planning_behind_seconds',
    help: 'How far the campaign step that is planned least far is behind the clock',
  }),
  processesAlive: new Gauge({
    name: 'aftercare_processes_alive',
    help: 'Processes that give signs of life, by role',
    labelNames: ['role'],
  }),
  processesLost: new Gauge({
    name: 'aftercare_processes_lost',
    help: 'Processes that vanished in the last hour without signing off',
  }),
  queueJobs: new Gauge({
    name: 'aftercare_queue_jobs',
    help: 'Jobs of the queue that are not done',
    labelNames: ['queue', 'state'],
  }),
  databaseUp: new Gauge({
    name: 'aftercare_database_up',
    help: '1 when this process could read these gauges from the database when it was last asked, 0 when it could not',
  }),
  databaseBytes: new Gauge({ name: 'aftercare_database_bytes', help: 'Size of the database' }),
};

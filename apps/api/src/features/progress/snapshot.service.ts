import { Injectable } from '@nestjs/common';
import type { Temporal } from 'temporal-polyfill';
import { Clock } from '../../platform/clock/clock.js';
import {
  ProgressRepository,
  type DayRows,
  type KnownCampaign,
  type Pace,
  type PaceAt,
  type ReleasedRows,
  type WaitingRows,
} from './progress.repository.js';
import { Remembered } from './remembered.js';
import { WorkersRepository, type SeenWorker } from './workers.repository.js';

/** The rows of the ledger that progress is about, counted. */
export interface RowCounts {
  dayFrom: Date;
  waiting: WaitingRows[];
  released: ReleasedRows[];
  day: DayRows[];
  settled: { campaignId: string; count: number }[];
  inDoubt: number;
}

/** What goes on around them. */
export interface Motion {
  campaigns: KnownCampaign[];
  paces: Pace[];
  history: PaceAt[];
  workers: SeenWorker[];
  planningBehindSeconds: number | null;
}

/** The rate's history: half an hour, in slots short enough to see a stumble. */
export const historySlotSeconds = 20;
export const historySlots = 90;

const countsLastMs = 1_500;
const motionLastsMs = 900;

/** What all views of progress are made from, read once for whoever looks at the same time. */
@Injectable()
export class SnapshotService {
  readonly counts: Remembered<RowCounts>;
  readonly motion: Remembered<Motion>;

  constructor(
    private readonly clock: Clock,
    private readonly rows: ProgressRepository,
    private readonly workers: WorkersRepository,
  ) {
    const nowMs = () => clock.now().epochMilliseconds;
    this.counts = new Remembered(() => this.readCounts(), nowMs, countsLastMs);
    this.motion = new Remembered(() => this.readMotion(), nowMs, motionLastsMs);
  }

  private async readCounts(): Promise<RowCounts> {
    const now = this.clock.now();
    const at = new Date(now.epochMilliseconds);
    const dayFrom = startOfDay(now);
    const [waiting, released, day, settled, inDoubt] = await Promise.all([
      this.rows.waiting(at),
      this.rows.released(),
      this.rows.ofDay(dayFrom, at),
      this.rows.settledSince(dayFrom),
      this.rows.inDoubt(),
    ]);
    return { dayFrom, waiting, released, day, settled, inDoubt };
  }

  private async readMotion(): Promise<Motion> {
    const now = new Date(this.clock.now().epochMilliseconds);
    const [campaigns, paces, history, workers, planningBehindSeconds] = await Promise.all([
      this.rows.campaigns(),
      this.rows.paces(),
      this.rows.history(historySlotSeconds, historySlots),
      this.workers.list(),
      this.rows.planningBehindSeconds(now),
    ]);
    return { campaigns, paces, history, workers, planningBehindSeconds };
  }
}

/** The civil day in the server's own zone, which `TZ` sets, as on the desk's first page. */
function startOfDay(now: Temporal.Instant): Date {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return new Date(now.toZonedDateTimeISO(timeZone).startOfDay().epochMilliseconds);
}

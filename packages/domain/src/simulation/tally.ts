import type { GateReason } from '../contact/gate-reasons.js';
import type { Lane } from './lane.js';

/** How a row ends: `sent`, `held_out`, `suppressed:<reason>` or `expired:<reason>`. */
export type Ending =
  'sent' | 'held_out' | `held_out:global_holdout` | `${'suppressed' | 'expired'}:${GateReason}`;

/** Counts by name. */
export type Counts = Record<string, number>;

/** What a walk counts as it goes, by lane. */
export class Tally {
  private readonly ended = new Map<Ending, number>();
  private readonly counts: Int32Array[] = [];
  private readonly deferred: Counts[];
  /** Of lanes that lost a place, by the lane that had it. */
  readonly clashes = new Map<number, Map<number, { putOff: number; lost: number }>>();
  /** Messages by the hour they go in, in hours since 1970. */
  readonly mailsByHour = new Map<number, number>();

  constructor(
    private readonly lanes: readonly Lane[],
    private readonly days: number,
  ) {
    this.deferred = lanes.map(() => ({}));
  }

  /** Counts rows of a lane that end on one of the days of the simulation. */
  end(lane: number, day: number, ending: Ending, rows: number): void {
    let index = this.ended.get(ending);
    if (index === undefined) {
      index = this.counts.push(new Int32Array(this.lanes.length * this.days)) - 1;
      this.ended.set(ending, index);
    }
    this.counts[index]![lane * this.days + day]! += rows;
  }

  /** Counts rows that are put off. */
  putOff(lane: number, reason: GateReason, rows: number): void {
    const reasons = this.deferred[lane]!;
    reasons[reason] = (reasons[reason] ?? 0) + rows;
  }

  clash(loser: number, winner: number, outcome: 'putOff' | 'lost'): void {
    const winners = this.clashes.get(loser) ?? new Map<number, { putOff: number; lost: number }>();
    this.clashes.set(loser, winners);
    const count = winners.get(winner) ?? { putOff: 0, lost: 0 };
    winners.set(winner, count);
    count[outcome] += 1;
  }

  mail(moment: number, mails: number): void {
    const hour = Math.floor(moment / 3_600_000);
    this.mailsByHour.set(hour, (this.mailsByHour.get(hour) ?? 0) + mails);
  }

  /** Rows of a lane put off, by reason. */
  putOffOf(lane: number): Readonly<Counts> {
    return this.deferred[lane]!;
  }

  /** Every ending of every lane on every day, those that came to pass. */
  *entries(): Generator<{ lane: number; day: number; ending: Ending; rows: number }> {
    for (const [ending, index] of this.ended) {
      for (const [place, rows] of this.counts[index]!.entries()) {
        if (rows > 0) yield { lane: Math.floor(place / this.days), day: place % this.days, ending, rows };
      }
    }
  }
}

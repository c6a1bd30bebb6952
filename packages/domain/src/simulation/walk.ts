import type { GateReason } from '../contact/gate-reasons.js';
import { Agenda } from './agenda.js';
import type { Batch, Lane } from './lane.js';
import { LocalTime, type Delay, type RegionTiming } from './local-time.js';
import { Letters, type PlaceLimits } from './letters.js';
import type { People } from './people.js';
import { standingGate } from './standing-gate.js';
import { Tally, type Ending } from './tally.js';

export interface WalkInput {
  readonly people: People;
  readonly lanes: readonly Lane[];
  /** Days since 1970 of the first day that is counted, and how many are. */
  readonly firstDay: number;
  readonly days: number;
  readonly limits: PlaceLimits;
  readonly timingOf: (region: string | null) => RegionTiming;
  /** Is told what becomes of each row of the batches that name theirs. */
  readonly observe?: (row: string, event: WalkEvent) => void;
}

/** What becomes of a row at a moment. */
export type WalkEvent =
  | { readonly kind: 'end'; readonly at: number; readonly date: string; readonly ending: Ending }
  | { readonly kind: 'put_off'; readonly at: number; readonly reason: GateReason; readonly until: number };

/** Rows that are due, or that come up again after they were put off. */
type Entry = Batch & { readonly again: boolean };

interface Waiting {
  readonly until: number;
  readonly people: number[];
  readonly rows: string[];
}

/**
 * Walks through the time ahead with the rows that the planner would plan, moment by moment, and lets each of them
 * meet the contact gate as it will: what standing, hours, days and the cap say. Of rows that are due at one moment
 * those of higher priority come first. Rows that are put off come up again at the time they are put off to.
 */
export class ContactWalk {
  readonly tally: Tally;
  readonly letters: Letters;
  private readonly agenda = new Agenda<Entry>();
  private readonly time = new LocalTime();
  private readonly timings: readonly RegionTiming[];
  /** What the gate says of each standing, by lane and kind of row: 0 not asked yet, else 1 + the number of an ending. */
  private readonly said = new Map<string, Uint8Array>();
  private readonly endings: Ending[] = ['sent'];

  constructor(private readonly input: WalkInput) {
    const { people, lanes, days, limits, timingOf } = input;
    this.tally = new Tally(lanes, days);
    this.letters = new Letters(people, lanes, limits);
    this.timings = people.standings.map(({ region }) => timingOf(region));
  }

  add(batch: Batch): void {
    this.agenda.add(batch.dueAt, { ...batch, again: false });
  }

  /** Lets everything happen that comes before a moment. */
  advance(moment: number): void {
    const { lanes } = this.input;
    for (let next = this.agenda.takeBefore(moment); next !== null; next = this.agenda.takeBefore(moment)) {
      const inTurn = next.entries.sort(
        (a, b) =>
          turn(lanes[a.lane]!) - turn(lanes[b.lane]!) ||
          lanes[b.lane]!.priority - lanes[a.lane]!.priority ||
          a.dueAt - b.dueAt ||
          a.lane - b.lane,
      );
      for (const entry of inTurn) this.meet(entry, next.moment);
    }
  }

  /** Rows that are put off to after the time walked through, by lane. */
  waiting(): Map<number, number> {
    const rows = new Map<number, number>();
    for (const { lane, people } of this.agenda.rest()) rows.set(lane, (rows.get(lane) ?? 0) + people.length);
    return rows;
  }

  private meet(entry: Entry, moment: number): void {
    const { lanes, people, firstDay } = this.input;
    const lane = lanes[entry.lane]!;
    const { day } = this.time.at(moment, entry.zone);
    const isCounted = day >= firstDay && day < firstDay + this.input.days;
    const silentSince =
      lane.silentDays === null ? null : this.time.at(entry.dueAt, entry.zone).day - lane.silentDays;
    const asked = [false, true].map((optedOut) => this.saidOf(entry, optedOut));
    const optedOut = people.optedOutOf(lane.topic);
    const delays = new Map<RegionTiming, Delay | null>();
    const waiting = new Map<number, Waiting>();
    const rows = new Uint32Array(256);
    const end = (index: number, ending: number) => {
      rows[ending]! += 1;
      this.tell(entry, index, moment, this.endings[ending]!);
    };
    let letters = 0;
    for (const [index, person] of entry.people.entries()) {
      // Somebody has heard of us since: the row is not planned, and one that is waits in vain.
      const isChanged = silentSince !== null && !this.letters.isSilent(person, silentSince);
      if (isChanged && !entry.again) continue;
      if (entry.outcome !== 'planned') {
        end(index, this.numberOf(endingOf(entry.outcome)));
        continue;
      }
      // In the order of a release: hours, days and places first, and the rest when a worker has the row.
      const said = this.ask(asked[optedOut?.[person] ?? 0]!, entry, lane, person, optedOut?.[person] === 1);
      const isToldFirst = toldBeforeDates.has(this.endings[said]!);
      const ending = isChanged && !isToldFirst ? this.numberOf('suppressed:date_changed') : said;
      const delay = this.delayOf(entry, lane, person, moment, day, delays, isCounted && ending === 0);
      if (delay === null) {
        if (ending === 0 && this.letters.send(entry.lane, person, day, isCounted)) letters += 1;
        end(index, ending);
      } else if (delay.until === null) {
        end(
          index,
          this.numberOf(`${delay.reason === 'frequency_cap' ? 'suppressed' : 'expired'}:${delay.reason}`),
        );
      } else {
        if (isCounted) this.tally.putOff(entry.lane, delay.reason, 1);
        this.putOff(waiting, entry, index, moment, { ...delay, until: delay.until });
      }
    }
    if (isCounted) {
      for (const [number, ending] of this.endings.entries()) {
        if (rows[number]! > 0) this.tally.end(entry.lane, day - firstDay, ending, rows[number]!);
      }
      if (letters > 0 && lane.channel === 'email') this.tally.mail(moment, letters);
    }
    for (const { until, people: later, rows: names } of waiting.values()) {
      const again = { ...entry, people: Int32Array.from(later), again: true };
      this.agenda.add(until, names.length > 0 ? { ...again, rows: names } : again);
    }
  }

  /** Why somebody's row does not go at this moment, and when it will; null: it goes. */
  private delayOf(
    entry: Entry,
    lane: Lane,
    person: number,
    moment: number,
    day: number,
    delays: Map<RegionTiming, Delay | null>,
    isClash: boolean,
  ): Delay | null {
    const timing = this.timings[this.input.people.standing[person]!]!;
    let delay = delays.get(timing);
    if (delay === undefined) delays.set(timing, (delay = this.time.delay(lane, entry, timing, moment)));
    if (delay !== null || lane.class !== 'marketing' || !this.letters.limited) return delay;
    if (this.letters.hasPlace(entry.lane, person, day)) return null;
    const free = (from: number) => this.letters.freeFrom(entry.lane, person, from);
    const until = this.time.onFreeDay(lane, entry, timing, free, day + 1);
    if (isClash) this.letters.clash(this.tally, entry.lane, person, day, until);
    return { reason: 'frequency_cap', until };
  }

  private saidOf({ lane, doNotRenew }: Entry, optedOut: boolean): Uint8Array {
    const key = `${lane} ${doNotRenew} ${optedOut}`;
    let said = this.said.get(key);
    if (said === undefined) this.said.set(key, (said = new Uint8Array(this.input.people.standings.length)));
    return said;
  }

  /** The number of the ending that the gate gives somebody's row; 0: it may go. */
  private ask(
    said: Uint8Array,
    { doNotRenew }: Entry,
    lane: Lane,
    person: number,
    optedOut: boolean,
  ): number {
    const { people } = this.input;
    const standing = people.standing[person]!;
    if (said[standing] === 0) {
      const reason = standingGate(lane, people.standings[standing]!, { doNotRenew, optedOut });
      said[standing] = 1 + (reason === null ? 0 : this.numberOf(`suppressed:${reason}`));
    }
    return said[standing]! - 1;
  }

  private numberOf(ending: Ending): number {
    const index = this.endings.indexOf(ending);
    return index >= 0 ? index : this.endings.push(ending) - 1;
  }

  private putOff(
    waiting: Map<number, Waiting>,
    entry: Entry,
    index: number,
    moment: number,
    { reason, until }: { reason: GateReason; until: number },
  ): void {
    const group = waiting.get(until) ?? { until, people: [], rows: [] };
    waiting.set(until, group);
    group.people.push(entry.people[index]!);
    const row = entry.rows?.[index];
    if (row === undefined) return;
    group.rows.push(row);
    this.input.observe?.(row, { kind: 'put_off', at: moment, reason, until });
  }

  private tell(entry: Entry, index: number, moment: number, ending: Ending): void {
    const row = entry.rows?.[index];
    if (row === undefined) return;
    const { date } = this.time.at(moment, entry.zone);
    this.input.observe?.(row, { kind: 'end', at: moment, date, ending });
  }
}

/** Endings that the gate tells before that the date of a row has changed. */
const toldBeforeDates: ReadonlySet<Ending> = new Set<Ending>([
  'suppressed:deceased',
  'suppressed:no_address',
  'suppressed:bad_address',
  'suppressed:address_suppressed',
]);

/** What is not marketing goes whatever the cap says, and takes its places before. */
function turn(lane: Lane): number {
  return lane.class === 'marketing' ? 1 : 0;
}

function endingOf(outcome: Exclude<Batch['outcome'], 'planned'>): Ending {
  if (outcome === 'held_out') return 'held_out';
  return outcome === 'global_holdout' ? 'held_out:global_holdout' : `expired:${outcome}`;
}

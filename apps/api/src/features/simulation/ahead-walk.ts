import {
  ContactWalk,
  dateOfDay,
  dayNumber,
  laneOf,
  type Batch,
  type Lane,
  type People,
  type WalkEvent,
} from '@aftercare/domain';
import type { AheadCampaign, AheadPass } from '../campaigns/plan-ahead.service.js';
import type { EarlierContacts, Limits } from './limits.repository.js';
import type { SimulationProgress } from './simulation.types.js';

/** Who wants to know how a run goes on, and may end it. */
export interface Watcher {
  signal?: AbortSignal;
  progress?: (progress: SimulationProgress) => void;
}

export interface AheadWalkInput {
  /** The first day walked through, and the first that is counted; how many are. */
  start: string;
  from: string;
  days: number;
  people: People;
  passes: readonly { campaign: AheadCampaign; pass: AheadPass }[];
  limits: Limits;
  observe?: (row: string, event: WalkEvent) => void;
}

/** Reads what a pass plans. */
export type ReadPass = (campaign: AheadCampaign, pass: AheadPass) => Promise<Omit<Batch, 'lane'>[]>;
/** Makes the planner see these people as last contacted on these days. */
export type SetSilence = (silent: readonly { person: number; day: number }[]) => Promise<void>;

/** Local days begin up to 14 hours before those of UTC and end up to 12 hours after them. */
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mostDaysAtOnce = 60;

/** Reads what the campaigns plan and walks through it, day by day. */
export class AheadWalk {
  readonly walk: ContactWalk;
  readonly lanes: readonly Lane[];
  private readonly first: number;
  private readonly counted: number;
  private readonly end: number;

  constructor(
    private readonly input: AheadWalkInput,
    private readonly watcher: Watcher,
  ) {
    const { start, from, days, people, passes, limits, observe } = input;
    this.first = dayNumber(start);
    this.counted = dayNumber(from);
    this.end = this.counted + days;
    this.lanes = passes.map(({ campaign, pass: { step, variant } }) =>
      laneOf(campaign.definition, { ...step, step: step.key, variant }),
    );
    this.walk = new ContactWalk({
      ...{ people, lanes: this.lanes, days, firstDay: this.counted },
      ...{ limits: limits.places, timingOf: limits.timingOf },
      ...(observe === undefined ? {} : { observe }),
    });
  }

  /** Some campaigns hang on how long people have not heard of us. */
  get waitsForSilence(): boolean {
    return this.lanes.some(({ silentDays }) => silentDays !== null);
  }

  addEarlier({ day, people }: EarlierContacts): void {
    for (const person of people) this.walk.letters.addEarlier(person, day);
  }

  addSilence({ day, people }: EarlierContacts): void {
    for (const person of people) this.walk.letters.lastContact[person] = day;
  }

  async run(read: ReadPass, setSilence: SetSilence): Promise<void> {
    const { passes } = this.input;
    const keys = [...new Set(passes.map(({ campaign }) => campaign.definition.key))];
    for (const [done, key] of keys.entries()) {
      for (const [lane, { campaign, pass }] of passes.entries()) {
        if (campaign.definition.key === key && this.lanes[lane]!.silentDays === null) {
          await this.read(read, lane, pass);
        }
      }
      this.tell(keys.length, done + 1, this.first);
    }
    const block = this.blockOf();
    for (let day = this.first; day < this.end; day += 1) {
      if (block !== null && (day - this.first) % block === 0) {
        await this.readSilent(read, setSilence, day, Math.min(day + block, this.end) - 1);
      }
      this.watcher.signal?.throwIfAborted();
      this.walk.advance((day + 1) * dayMs - 14 * hourMs);
      this.tell(keys.length, keys.length, day + 1);
      // Other work of this process has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.walk.advance(this.end * dayMs + 12 * hourMs);
  }

  private async read(read: ReadPass, lane: number, pass: AheadPass): Promise<void> {
    this.watcher.signal?.throwIfAborted();
    const { campaign } = this.input.passes[lane]!;
    for (const batch of await read(campaign, pass)) this.walk.add({ ...batch, lane });
  }

  /**
   * Of how many days what hangs on silence can be asked for at once: whoever will have been silent for long enough on
   * any of them is so already when the first begins, and the walk itself sees who hears of us meanwhile. Null: none.
   */
  private blockOf(): number | null {
    const silences = this.lanes.flatMap(({ silentDays }) => silentDays ?? []);
    if (silences.length === 0) return null;
    return Math.max(1, Math.min(mostDaysAtOnce, ...silences.map((days) => days - 2)));
  }

  private async readSilent(read: ReadPass, setSilence: SetSilence, from: number, to: number): Promise<void> {
    const silences = [...new Set(this.lanes.flatMap(({ silentDays }) => silentDays ?? []))];
    const silent: { person: number; day: number }[] = [];
    for (const [person, day] of this.walk.letters.lastContact.entries()) {
      if (silences.some((days) => day >= from - days && day <= to - days)) silent.push({ person, day });
    }
    await setSilence(silent);
    const [first, last] = [dateOfDay(from), dateOfDay(to)];
    for (const [lane, { pass }] of this.input.passes.entries()) {
      if (this.lanes[lane]!.silentDays === null) continue;
      const slots = pass.slots.filter(({ localDate }) => localDate >= first && localDate <= last);
      if (slots.length > 0) await this.read(read, lane, { ...pass, slots });
    }
  }

  private tell(campaigns: number, campaignsDone: number, day: number): void {
    const { days } = this.input;
    const daysWalked = Math.min(days, Math.max(0, day - this.counted));
    this.watcher.progress?.({ campaigns, campaignsDone, days, daysWalked });
  }
}

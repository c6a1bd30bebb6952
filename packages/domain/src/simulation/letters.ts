import { topicsOfNecessity } from '../campaigns/triggers.js';
import type { ContactCap } from '../contact/places.js';
import type { Lane } from './lane.js';
import type { People } from './people.js';
import { Places } from './places.js';
import type { Tally } from './tally.js';

export interface PlaceLimits {
  /** 0 contacts: no limit. */
  readonly cap: ContactCap;
  /** Service letters take places as well; they are never put off for want of one. */
  readonly countsService: boolean;
}

/** Somebody who lost a place: to a letter that had the last one, and the moment it was put off to, if any. */
export interface Clash {
  readonly person: number;
  readonly day: number;
  readonly loser: number;
  /** null: a contact from before the simulation. */
  readonly winner: number | null;
  readonly until: number | null;
}

const necessary = new Set<string>(topicsOfNecessity);
const clashSample = 20;
/** Stands for the lane of contacts from before the simulation. */
const earlier = 0x7fff;

/** Who was written to, when and how often, and who may be again. */
export class Letters {
  /** Letters of each person on the days that are counted. */
  readonly received: Uint16Array;
  readonly clashes: Clash[] = [];
  readonly limited: boolean;
  /** The day of each person's last contact, as far as silence goes. */
  readonly lastContact: Int32Array;
  private readonly ofPeople: Places;
  private readonly ofAddresses: Places;
  /** What each person, and each address, got last: the letter and its day, for what goes along in it. */
  private readonly last: Int32Array;
  private readonly lastAtAddress: Int32Array;
  /** The first lane of each lane's step: the arms of an experiment go in one letter. */
  private readonly stepOf: readonly number[];
  private readonly breaksSilence: readonly boolean[];

  constructor(
    private readonly people: People,
    private readonly lanes: readonly Lane[],
    private readonly limits: PlaceLimits,
  ) {
    const { cap } = limits;
    this.limited = cap.contacts > 0;
    this.received = new Uint16Array(people.size);
    this.lastContact = new Int32Array(people.size).fill(-1_000_000);
    this.last = new Int32Array(people.size).fill(-1);
    this.lastAtAddress = new Int32Array(people.householdCount).fill(-1);
    this.breaksSilence = lanes.map(
      ({ channel, topic, silentDays }) => channel === 'email' && silentDays === null && !necessary.has(topic),
    );
    this.stepOf = lanes.map(({ campaign, step }) =>
      lanes.findIndex((other) => other.campaign === campaign && other.step === step),
    );
    this.ofPeople = new Places(this.limited ? people.size : 0, cap);
    this.ofAddresses = new Places(this.limited ? people.householdCount : 0, cap);
  }

  /** Whether a lane's letters take places. */
  counts({ class: contactClass }: Pick<Lane, 'class'>): boolean {
    return contactClass === 'marketing' || (contactClass === 'service' && this.limits.countsService);
  }

  /** Whether somebody's last contact was on a day. */
  isSilent(person: number, since: number): boolean {
    return this.lastContact[person] === since;
  }

  /** A contact that took a place before the simulation. In the order of days. */
  addEarlier(person: number, day: number): void {
    if (!this.limited) return;
    const household = this.people.household[person]!;
    this.ofPeople.take(person, day, code(earlier, day));
    if (household >= 0) this.ofAddresses.take(household, day, code(earlier, day));
  }

  /** Whether a letter may go to somebody today, as far as the cap goes: it joins another one, or a place is free. */
  hasPlace(lane: number, person: number, day: number): boolean {
    return this.joins(lane, person, day) || this.freeFrom(lane, person, day) === day;
  }

  /** The first day from `day` on with a place for somebody and at their address. */
  freeFrom(lane: number, person: number, day: number): number {
    const { mergeBy, channel } = this.lanes[lane]!;
    const free = this.ofPeople.freeFrom(person, day);
    const household = this.people.household[person]!;
    if (household < 0 || channel !== 'email') return free;
    const goesAlong =
      mergeBy === 'address' && this.lastAtAddress[household] === code(this.stepOf[lane]!, free);
    return goesAlong ? free : this.ofAddresses.freeFrom(household, free);
  }

  /**
   * Writes to somebody.
   * @param isCounted the day is one of those that are counted
   * @returns whether it took a letter of its own: false when it went along in one
   */
  send(lane: number, person: number, day: number, isCounted: boolean): boolean {
    const own = this.lanes[lane]!;
    const letter = code(this.stepOf[lane]!, day);
    if (this.breaksSilence[lane]) this.lastContact[person] = day;
    if (this.joins(lane, person, day)) return false;
    this.last[person] = letter;
    if (isCounted) this.received[person]! += 1;
    const household = own.channel === 'email' ? this.people.household[person]! : -1;
    const goesAlong = own.mergeBy === 'address' && household >= 0 && this.lastAtAddress[household] === letter;
    if (household >= 0) this.lastAtAddress[household] = letter;
    if (this.limited && this.counts(own)) {
      this.ofPeople.take(person, day, letter);
      if (household >= 0 && !goesAlong) this.ofAddresses.take(household, day, letter);
    }
    return !goesAlong;
  }

  /** Notes who lost a place to whom. */
  clash(tally: Tally, loser: number, person: number, day: number, until: number | null): void {
    const household = this.people.household[person]!;
    const own = this.ofPeople.lastLetter(person);
    const latest = household < 0 ? own : Math.max(own, this.ofAddresses.lastLetter(household));
    const winner = latest & earlier;
    tally.clash(loser, winner === earlier ? -1 : winner, until === null ? 'lost' : 'putOff');
    if (this.clashes.length < clashSample) {
      this.clashes.push({ person, day, loser, winner: winner === earlier ? null : winner, until });
    }
  }

  private joins(lane: number, person: number, day: number): boolean {
    return this.lanes[lane]!.mergeBy !== null && this.last[person] === code(this.stepOf[lane]!, day);
  }
}

/** Lane and day in one number that grows with the day. */
function code(lane: number, day: number): number {
  return (day - 10_000) * 0x8000 + lane;
}

import { addDays, dateOfDay, type ContactWalk, type Ending, type Lane, type People } from '@aftercare/domain';
import type { SimulatedDay, SimulationRequest, SimulationResult } from './simulations.schemas.js';

interface Walked {
  walk: ContactWalk;
  lanes: readonly Lane[];
  people: People;
  /** Mails a second, 0: no limit. */
  rate: number;
  statutory: SimulationResult['statutory'];
}

const samples = 20;

/** Puts what a walk has counted into words and numbers that can be read. */
export async function report(
  request: SimulationRequest,
  { walk, lanes, people, rate, statutory }: Walked,
  idsOf: (numbers: readonly number[]) => Promise<Map<number, string>>,
): Promise<SimulationResult> {
  const isTold = (lane: Lane) => request.campaign === undefined || lane.campaign === request.campaign;
  const heard = hearing(walk, people);
  const { clashes } = walk.letters;
  const ids = await idsOf([
    ...heard.nobody.sample,
    ...heard.most.map(({ person }) => person),
    ...clashes.map(({ person }) => person),
  ]);
  const idOf = (person: number) => ids.get(person)!;
  return {
    from: request.from,
    ...volumes(
      request,
      walk,
      lanes.map((lane) => (isTold(lane) ? lane : null)),
    ),
    capClashes: clashesOf(walk, lanes, isTold, idOf),
    people: {
      total: people.size,
      insured: heard.insured,
      hearNothing: { count: heard.nobody.count, sample: heard.nobody.sample.map(idOf) },
      distribution: heard.distribution,
      hearMost: heard.most.map(({ person, letters }) => ({ customerId: idOf(person), letters })),
    },
    statutory: statutory.filter(
      ({ campaign }) => request.campaign === undefined || campaign === request.campaign,
    ),
    peak: peakOf(walk.tally.mailsByHour, rate),
  };
}

type Volumes = Pick<
  SimulationResult,
  'days' | 'total' | 'byCampaign' | 'byClass' | 'heldOut' | 'suppressed' | 'expired' | 'putOff'
>;

function volumes(
  { from, days }: SimulationRequest,
  walk: ContactWalk,
  lanes: readonly (Lane | null)[],
): Volumes {
  const result: Volumes = {
    days: Array.from({ length: days }, (_, day) => emptyDay(addDays(from, day))),
    total: 0,
    byCampaign: {},
    byClass: {},
    heldOut: { total: 0, byCampaign: {} },
    suppressed: { total: 0, byReason: {}, byCampaign: {} },
    expired: { total: 0, byReason: {}, byCampaign: {} },
    putOff: { total: 0, byCampaign: {}, stillWaiting: 0 },
  };
  for (const { lane: index, day, ending, rows } of walk.tally.entries()) {
    const lane = lanes[index];
    if (lane) enter(result, lane, result.days[day]!, ending, rows);
  }
  for (const [index, lane] of lanes.entries()) {
    if (lane === null) continue;
    for (const [reason, rows] of Object.entries(walk.tally.putOffOf(index))) {
      result.putOff.total += rows;
      add((result.putOff.byCampaign[lane.campaign] ??= {}), reason, rows);
    }
    result.putOff.stillWaiting += walk.waiting().get(index) ?? 0;
  }
  return result;
}

function enter(result: Volumes, lane: Lane, day: SimulatedDay, ending: Ending, rows: number): void {
  if (ending === 'sent') {
    for (const counts of [result, day]) {
      counts.total += rows;
      add(counts.byCampaign, lane.campaign, rows);
      add(counts.byClass, lane.class, rows);
    }
    return;
  }
  const [state, reason] = ending.split(':') as [string, string | undefined];
  if (state === 'held_out') {
    result.heldOut.total += rows;
    add(result.heldOut.byCampaign, lane.campaign, rows);
    return;
  }
  const counts = state === 'suppressed' ? result.suppressed : result.expired;
  counts.total += rows;
  add(counts.byReason, reason!, rows);
  add((counts.byCampaign[lane.campaign] ??= {}), reason!, rows);
}

function clashesOf(
  walk: ContactWalk,
  lanes: readonly Lane[],
  isTold: (lane: Lane) => boolean,
  idOf: (person: number) => string,
): SimulationResult['capClashes'] {
  const nameOf = (lane: number | null) => (lane === null || lane < 0 ? null : lanes[lane]!.campaign);
  const pairs = new Map<string, SimulationResult['capClashes']['pairs'][number]>();
  for (const [index, winners] of walk.tally.clashes) {
    if (!isTold(lanes[index]!)) continue;
    for (const [winner, { putOff, lost }] of winners) {
      const names = { loser: nameOf(index)!, winner: nameOf(winner) };
      const key = JSON.stringify(names);
      const pair = pairs.get(key) ?? { ...names, putOff: 0, lost: 0 };
      pairs.set(key, { ...pair, putOff: pair.putOff + putOff, lost: pair.lost + lost });
    }
  }
  const list = [...pairs.values()].sort((a, b) => b.putOff + b.lost - a.putOff - a.lost);
  return {
    putOff: list.reduce((sum, { putOff }) => sum + putOff, 0),
    lost: list.reduce((sum, { lost }) => sum + lost, 0),
    pairs: list,
    sample: walk.letters.clashes
      .filter(({ loser }) => isTold(lanes[loser]!))
      .map(({ person, day, loser, winner, until }) => ({
        customerId: idOf(person),
        date: dateOfDay(day),
        loser: nameOf(loser)!,
        winner: nameOf(winner),
        movedTo: until === null ? null : new Date(until).toISOString(),
      })),
  };
}

function hearing({ letters: { received } }: ContactWalk, { size, standing, standings }: People) {
  const counts = new Map<number, number>();
  const nobody: number[] = [];
  const most: { person: number; letters: number }[] = [];
  let insured = 0;
  for (let person = 0; person < size; person += 1) {
    const letters = received[person]!;
    if (letters > (most.at(-1)?.letters ?? 0) || (letters > 0 && most.length < samples)) {
      const place = most.findIndex((other) => other.letters < letters);
      most.splice(place < 0 ? most.length : place, 0, { person, letters });
      most.length = Math.min(most.length, samples);
    }
    if (!standings[standing[person]!]!.isInsured) continue;
    insured += 1;
    counts.set(letters, (counts.get(letters) ?? 0) + 1);
    if (letters === 0 && nobody.length < samples) nobody.push(person);
  }
  const distribution = [...counts]
    .map(([letters, people]) => ({ letters, people }))
    .sort((a, b) => a.letters - b.letters);
  return { insured, nobody: { count: counts.get(0) ?? 0, sample: nobody }, distribution, most };
}

function peakOf(mailsByHour: ReadonlyMap<number, number>, rate: number): SimulationResult['peak'] {
  const perHour = rate * 3_600;
  let [hour, mails, hoursOverRate] = [0, 0, 0];
  for (const [each, count] of mailsByHour) {
    if (count > mails || (count === mails && each < hour)) [hour, mails] = [each, count];
    if (rate > 0 && count > perHour) hoursOverRate += 1;
  }
  return {
    hour: mails === 0 ? null : new Date(hour * 3_600_000).toISOString(),
    mails,
    ratePerSecond: rate,
    hoursOverRate,
  };
}

function emptyDay(date: string): SimulatedDay {
  return { date, total: 0, byCampaign: {}, byClass: {} };
}

function add(counts: Record<string, number>, name: string, rows: number): void {
  counts[name] = (counts[name] ?? 0) + rows;
}

import type { AgentClass } from './agent-class.js';

/** How a link was asked for. `prefetch`: by a browser ahead of its user, as it says itself. */
export const clickRequests = ['get', 'head', 'prefetch'] as const;
export type ClickRequest = (typeof clickRequests)[number];

export interface Click {
  readonly deliveryId: string;
  /** The link's number in its letter. */
  readonly link: number;
  /** Milliseconds since 1970, as the others are. */
  readonly at: number;
  readonly request: ClickRequest;
  readonly agent: AgentClass;
  /** Which block of addresses it came from, in whatever letters; null when that is not known (any more). */
  readonly network: string | null;
  /** When the mail server took the letter; null when that is not known. */
  readonly acceptedAt: number | null;
}

/** Why a click was no person's, and what that means in the words of the desk. */
export const machineReasons = {
  head: 'Asked for the headers alone, as no browser does',
  prefetch: 'A browser fetched it ahead of its user',
  robot: 'A scanner or a crawler, by its own name',
  program: 'A program, not a browser, by its own name',
  before_arrival: 'Came before the mail server had taken the letter: it was opened on the way',
  too_soon: 'Within seconds of the hand-over, by something that is no browser',
  burst: 'Several links of one letter at the same moment',
  crowd: 'Links of many letters at the same moment, from one block of addresses',
} as const;
export type MachineReason = keyof typeof machineReasons;

/** No person follows two links of a letter within this time. */
export const burstMs = 1000;
/** So many letters opened from one block of addresses within {@link burstMs} are read by no people. */
const crowd = 5;
const soonMs = 5000;

/**
 * Tells the clicks of people (null) from those of machines, by their shape: bursts come a minute or an hour after the
 * letter as well as at once, and under the names of browsers. A click is judged by those beside it, so the more clicks
 * are given, the more machines are seen; none that was found to be one ever becomes a person's again. Whoever asks again
 * when more have come needs to give only those within {@link burstMs} of the new ones, of the same letters and networks.
 */
export function classifyClicks(clicks: readonly Click[]): (MachineReason | null)[] {
  const inBurst = bursts(clicks);
  const inCrowd = crowds(clicks);
  return clicks.map((click, index) => byItself(click) ?? inBurst[index] ?? inCrowd[index] ?? null);
}

function byItself({ request, agent, at, acceptedAt }: Click): MachineReason | null {
  if (request !== 'get') return request;
  if (agent === 'robot' || agent === 'program') return agent;
  if (acceptedAt === null) return null;
  if (at < acceptedAt) return 'before_arrival';
  return agent !== 'browser' && at - acceptedAt < soonMs ? 'too_soon' : null;
}

/** Those that have another link of the same letter beside them, or a look at the headers. */
function bursts(clicks: readonly Click[]): (MachineReason | undefined)[] {
  // A browser's guess may be of another link than the one that is then followed.
  return together(
    clicks,
    ({ deliveryId, request }) => (request === 'prefetch' ? null : deliveryId),
    ({ link, request }) => `${request} ${link}`,
    { atLeast: 2, reason: 'burst' },
  );
}

function crowds(clicks: readonly Click[]): (MachineReason | undefined)[] {
  return together(
    clicks,
    ({ network }) => network,
    ({ deliveryId }) => deliveryId,
    { atLeast: crowd, reason: 'crowd' },
  );
}

/** Marks, of the clicks that share a key, those within {@link burstMs} of each other that are of enough kinds. */
function together(
  clicks: readonly Click[],
  keyOf: (click: Click) => string | null,
  kindOf: (click: Click) => string,
  { atLeast, reason }: { atLeast: number; reason: MachineReason },
): (MachineReason | undefined)[] {
  const found: (MachineReason | undefined)[] = [];
  for (const group of grouped(clicks, keyOf)) {
    const kinds = new Map<string, number>();
    let [begin, marked] = [0, 0];
    for (const [end, index] of group.entries()) {
      count(kinds, kindOf(clicks[index]!), 1);
      for (; clicks[index]!.at - clicks[group[begin]!]!.at > burstMs; begin += 1) {
        count(kinds, kindOf(clicks[group[begin]!]!), -1);
      }
      if (kinds.size < atLeast) continue;
      for (marked = Math.max(marked, begin); marked <= end; marked += 1) found[group[marked]!] = reason;
    }
  }
  return found;
}

function count(kinds: Map<string, number>, kind: string, by: 1 | -1): void {
  const left = (kinds.get(kind) ?? 0) + by;
  if (left === 0) kinds.delete(kind);
  else kinds.set(kind, left);
}

/** The places of the clicks that share a key, in order of time; those without one are left out. */
function grouped(clicks: readonly Click[], keyOf: (click: Click) => string | null): number[][] {
  const groups = new Map<string, number[]>();
  for (const [index, click] of clicks.entries()) {
    const key = keyOf(click);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return [...groups.values()].map((group) => group.sort((one, other) => clicks[one]!.at - clicks[other]!.at));
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Reservation } from './reservations.repository.js';

/** Time as the moments see it, in milliseconds; tests put their own in its place. */
export interface MomentTime {
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<unknown>;
}

const realTime: MomentTime = {
  now: () => performance.now(),
  // A process that has nothing else to do need not wait for a moment that nobody will use.
  sleep: (ms, signal) =>
    sleep(Math.min(ms, 2 ** 31 - 1), undefined, { signal, ref: false }).catch(() => undefined),
};

/** So far ahead moments are reserved at the most: enough to hide a round trip, little to lose when work ends. */
const aheadMs = 250;

/** A moment that passed longer ago is gone: used late, moments would make up a burst. */
const lateMs = 100;

interface Waiter {
  take: (at: number) => void;
  /** The next moment is further away than anybody has patience for. */
  tooFar: (ms: number) => void;
  fail: (error: unknown) => void;
}

/**
 * The moments at which a process may begin hand-overs of one scope. They come from a bucket that all processes share,
 * a few at a time and ahead of need, and pass by this process's own clock from when they were handed out on: clocks of
 * machines need not agree.
 */
export class Moments {
  private free: number[] = [];
  private waiting: Waiter[] = [];
  private reserving = false;
  private changed = new AbortController();
  private batch = 1;
  private lastAt = -Infinity;

  /**
   * @param reserve takes so many moments of a rate from the shared bucket
   * @param perSecond the rate that holds; null: none
   */
  constructor(
    private readonly reserve: (count: number, perSecond: number) => Promise<Reservation>,
    private perSecond: number | null,
    private readonly time: MomentTime = realTime,
  ) {}

  /** Another rate holds from now on, for those who wait as well. */
  change(perSecond: number | null): void {
    if (perSecond === this.perSecond) return;
    this.perSecond = perSecond;
    this.free = [];
    this.batch = 1;
    this.lastAt = -Infinity;
    this.changed.abort();
    this.changed = new AbortController();
  }

  /** Whether a turn would have to be waited for. */
  get mustWait(): boolean {
    if (this.perSecond === null) return false;
    return this.waiting.length > 0 || (this.free[0] ?? Infinity) > this.time.now();
  }

  /**
   * Waits for the next moment that nobody else has. Ends early, without one, when `stop` fires.
   * @returns null, or how many milliseconds away the next moment is where that is further than `reserve` would go
   * @throws what `reserve` threw
   */
  async turn(stop: AbortSignal): Promise<number | null> {
    while (this.perSecond !== null && !stop.aborted) {
      const { signal } = this.changed;
      const either = AbortSignal.any([stop, signal]);
      const next = await this.next(either);
      if (next === null) continue;
      if ('tooFarMs' in next) return next.tooFarMs;
      const now = this.time.now();
      if (next.at > now) await this.time.sleep(next.at - now, either);
      if (signal.aborted) continue;
      if (stop.aborted) this.giveBack(next.at);
      else if (this.time.now() - next.at <= lateMs) return null;
      else this.batch = Math.max(1, this.batch >> 1);
    }
    return null;
  }

  /** A turn that came to nothing: whoever asks next may have it, while it lasts. */
  giveBack(at = this.time.now()): void {
    if (this.perSecond === null) return;
    const next = this.waiting.shift();
    if (next) next.take(at);
    else this.free.unshift(at);
  }

  private next(stop: AbortSignal): Promise<{ at: number } | { tooFarMs: number } | null> {
    const before = this.free.length;
    while (this.free.length > 0 && this.time.now() - this.free[0]! > lateMs) this.free.shift();
    if (this.free.length < before) this.batch = Math.max(1, this.batch >> 1);
    const at = this.waiting.length === 0 ? this.free.shift() : undefined;
    if (at !== undefined) {
      if (this.batch > 1 && this.free.length * 2 < this.batch) void this.fill();
      return Promise.resolve({ at });
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.waiting = this.waiting.filter((each) => each !== waiter);
        resolve(null);
      };
      const settle =
        <Value>(then: (value: Value) => void) =>
        (value: Value) => {
          stop.removeEventListener('abort', leave);
          then(value);
        };
      const waiter: Waiter = {
        take: settle((moment: number) => resolve({ at: moment })),
        tooFar: settle((tooFarMs: number) => resolve({ tooFarMs })),
        fail: settle(reject),
      };
      stop.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiter);
      void this.fill();
    });
  }

  /** Reserves for those who wait, and a little ahead for those who will. */
  private async fill(): Promise<void> {
    if (this.reserving) return;
    this.reserving = true;
    try {
      do await this.fillOnce();
      while (this.waiting.length > 0);
    } catch (error) {
      for (const waiter of this.waiting.splice(0)) waiter.fail(error);
    } finally {
      this.reserving = false;
    }
  }

  private async fillOnce(): Promise<void> {
    const { signal } = this.changed;
    const early = this.lastAt - aheadMs - this.time.now();
    if (early > 0) await this.time.sleep(early, signal);
    const rate = this.perSecond;
    if (rate === null || signal.aborted) return;
    const most = Math.max(1, Math.ceil((rate * aheadMs) / 1000));
    const count = Math.min(most, Math.max(this.waiting.length, this.batch));
    const got = await this.reserve(count, rate);
    if (signal.aborted) return;
    if (got.count === 0) {
      for (const waiter of this.waiting.splice(0)) waiter.tooFar(got.inMs);
      return;
    }
    // The answer has taken its time: reckoned from now on no moment comes too early, only a little late.
    const first = this.time.now() + got.inMs;
    // Where the rate is what keeps us waiting, more of it is reserved ahead; where we are slow ourselves, less.
    if (got.inMs > 1) this.batch = Math.min(most, this.batch * 2);
    for (let index = 0; index < got.count; index += 1) {
      const at = first + index * got.intervalMs;
      const waiter = this.waiting.shift();
      if (waiter) waiter.take(at);
      else this.free.push(at);
    }
    this.lastAt = first + (got.count - 1) * got.intervalMs;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the pace sees it, in milliseconds; tests put their own in its place. */
export interface PaceTime {
  now(): number;
  sleep(ms: number, stop: AbortSignal): Promise<unknown>;
}

const realTime: PaceTime = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

/** Spaces hand-overs evenly, so that no more than `perSecond` begin in any second; 0 sets no limit. */
export class Pace {
  private nextAt = 0;
  private readonly interval: number;

  constructor(
    perSecond: number,
    private readonly time: PaceTime = realTime,
  ) {
    this.interval = perSecond > 0 ? 1000 / perSecond : 0;
  }

  /** Whether a turn would have to be waited for. */
  get mustWait(): boolean {
    return this.interval > 0 && this.nextAt > this.time.now();
  }

  /** Waits for the next free turn and takes it. Ends early, without a turn, when `stop` fires. */
  async turn(stop: AbortSignal): Promise<void> {
    if (this.interval === 0) return;
    const now = this.time.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.interval;
    if (at > now) await this.time.sleep(at - now, stop);
  }
}

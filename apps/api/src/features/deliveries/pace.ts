import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces hand-overs evenly, so that no more than `perSecond` begin in any second; 0 sets no limit. */
export class Pace {
  private nextAt = 0;
  private readonly interval: number;

  constructor(perSecond: number) {
    this.interval = perSecond > 0 ? 1000 / perSecond : 0;
  }

  /** Whether a turn would have to be waited for. */
  get mustWait(): boolean {
    return this.interval > 0 && this.nextAt > performance.now();
  }

  /** Waits for the next free turn and takes it. Ends early, without a turn, when `stop` fires. */
  async turn(stop: AbortSignal): Promise<void> {
    if (this.interval === 0) return;
    const now = performance.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.interval;
    if (at > now) await sleep(at - now, undefined, { signal: stop }).catch(() => undefined);
  }
}

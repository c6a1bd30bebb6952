import { Temporal } from 'temporal-polyfill';
import { Clock } from '../../src/platform/clock/clock.js';

/** A clock that stands still until it is told otherwise. */
export class SettableClock extends Clock {
  private instant: Temporal.Instant;

  constructor(iso: string) {
    super();
    this.instant = Temporal.Instant.from(iso);
  }

  override now(): Temporal.Instant {
    return this.instant;
  }

  override date(): Date {
    return new Date(this.instant.epochMilliseconds);
  }

  set(iso: string): void {
    this.instant = Temporal.Instant.from(iso);
  }

  advance(by: Temporal.DurationLike): void {
    this.instant = this.instant.add(by);
  }
}

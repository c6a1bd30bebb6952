import { Injectable } from '@nestjs/common';
import { Temporal } from 'temporal-polyfill';

/** The one place that reads the wall clock. Tests put another in its place. */
@Injectable()
export class Clock {
  now(): Temporal.Instant {
    return Temporal.Now.instant();
  }

  /** The same for what is only written down: of an Instant each letter would pay more than for its whole header. */
  date(): Date {
    return new Date();
  }
}

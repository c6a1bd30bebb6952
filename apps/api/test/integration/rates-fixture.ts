import { PacingService } from '../../src/features/rates/pacing.service.js';
import { RatesService } from '../../src/features/rates/rates.service.js';
import type { Harness } from './deliver-fixture.js';

/** Lets the time pass that rows and domains wait for, as often as it takes until `done`. */
export async function letWaitsPass(on: Harness, done: Promise<unknown>): Promise<void> {
  let over = false;
  void done.finally(() => (over = true));
  while (!over) {
    await on.sql(`UPDATE domain_backoffs SET until_at = clock_timestamp() - interval '1 s'`);
    await on.sql(
      `UPDATE deliveries SET next_attempt_at = NULL WHERE waiting AND next_attempt_at IS NOT NULL`,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** No limit, ramp or back-off, and none that the worker remembers. */
export async function resetRates(on: Harness): Promise<void> {
  await on.sql(`TRUNCATE rate_limits, rate_moments, warm_ups, warm_up_days, domain_backoffs`);
  await on.app.get(PacingService).look();
}

/** Sends what is due by the limits of this moment: a worker looks at them anew only every two seconds. */
export async function settleBy(on: Harness, patienceMs?: number): ReturnType<Harness['settle']> {
  await on.app.get(PacingService).look();
  return on.settle(patienceMs);
}

export const rates = (on: Harness): RatesService => on.app.get(RatesService);

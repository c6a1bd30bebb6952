import { setTimeout as sleep } from 'node:timers/promises';
import { isPassingDatabaseTrouble } from './database-trouble.js';

/** Long enough for a server to restart, for a standby to take over, for others to let go of their connections. */
const patienceMs = 60_000;
const longestPauseMs = 5_000;

/**
 * Tries until it succeeds, as long as what hinders it is a trouble that passes: a database that is not up yet, has no
 * connection left, or takes no changes at the moment. Says so each time.
 * @throws what still hindered it after a minute, or what will not pass
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + patienceMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassingDatabaseTrouble(error) || performance.now() > end) throw error;
      process.stderr.write(`The database cannot be used yet, trying again: ${(error as Error).message}\n`);
    }
    await sleep(pauseMs);
  }
}

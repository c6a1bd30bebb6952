import type { SendingProgress } from './progress.schemas.js';
import type { SeenWorker } from './workers.repository.js';

/** A sign of life comes every two seconds; a process that has given none for so long is taken to be gone. */
export const silentSeconds = 15;

export function isAlive({ left, silentSeconds: silent }: SeenWorker): boolean {
  return !left && silent < silentSeconds;
}

/** A process as the desk shows it. */
export function processOf(worker: SeenWorker, now: Date): SendingProgress['processes'][number] {
  const { workerId, host, pid, roles, version, connections, upSeconds, silentSeconds: silent } = worker;
  return {
    ...{ workerId, host, pid, roles, version, connections },
    startedAt: before(now, upSeconds).toISOString(),
    seenAt: before(now, silent).toISOString(),
    state: worker.left ? 'left' : isAlive(worker) ? 'alive' : 'lost',
    perSecond: worker.sentLastMinute / 60,
  };
}

export function before(now: Date, seconds: number): Date {
  return new Date(now.getTime() - seconds * 1000);
}

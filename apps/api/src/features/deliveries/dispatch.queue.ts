import type { Queue } from 'pg-boss';

/** A job a chunk; its id is the chunk's. */
export const chunkQueue: Queue = {
  name: 'dispatch',
  notify: true,
  // A worker that shows no sign of life for this long has lost its chunk to the next one.
  heartbeatSeconds: 10,
  // A chunk against a slow server may take hours; a dead worker is known by its heartbeat.
  expireInSeconds: 12 * 3600,
  retryLimit: 1000,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 30,
  retentionSeconds: 30 * 24 * 3600,
  deleteAfterSeconds: 3600,
};

/** Asks the scheduler to release what is due: one waiting and one at work, however many machines ask. */
export const releaseQueue: Queue = {
  name: 'release',
  notify: true,
  policy: 'stately',
  // A scheduler that was killed in the middle of a release holds up the others no longer than this.
  heartbeatSeconds: 10,
  expireInSeconds: 60,
  retryLimit: 0,
  retentionSeconds: 3600,
  deleteAfterSeconds: 60,
};

/** What a chunk job carries: the time its rows are judged at, null for the time of sending. */
export interface ChunkJob {
  asOf: string | null;
}

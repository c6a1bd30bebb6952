import type { Queue } from 'pg-boss';

/** A job a run; its id is the run's. */
export const simulationQueue: Queue = {
  name: 'simulation',
  notify: true,
  // A worker that shows no sign of life for this long is gone, and the run with it: whoever wants it asks again.
  heartbeatSeconds: 10,
  expireInSeconds: 3600,
  retryLimit: 0,
  retentionSeconds: 24 * 3600,
  deleteAfterSeconds: 3600,
};

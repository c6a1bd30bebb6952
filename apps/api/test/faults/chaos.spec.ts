import { expect, it } from 'vitest';
import { chaos } from '../../bench/send/chaos/chaos.mjs';

/** Some of the runs of `npm run bench -- send --chaos`; there it is two hundred. In these two each kind of trouble comes. */
const runs = Number(process.env['AFTERCARE_TEST_CHAOS'] ?? 2);
const seed = Number(process.env['AFTERCARE_TEST_SEED'] ?? 351);

it(
  `chaos of seed ${seed} and the ${runs - 1} after it loses nothing and doubles nothing`,
  { timeout: 900_000 },
  async () => {
    const { passed, failures, lost, doubledMarketing, doubledUntold } = await chaos({
      ...{ runs, seed, messages: 150, lanes: runs },
    });
    expect(failures).toEqual([]);
    expect({ passed, lost, doubledMarketing, doubledUntold }).toEqual({
      ...{ passed: runs, lost: 0, doubledMarketing: 0, doubledUntold: 0 },
    });
  },
);

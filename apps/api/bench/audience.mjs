import { parseArgs } from 'node:util';
import { AudienceCountRepository } from '../dist/features/audiences/audience-count.repository.js';
import { bookDay, makeBook } from './support/book.mjs';
import { openPlatform, seconds } from './support/platform.mjs';

export const description =
  'Seconds to count a ten-leaf rule and show some of it, with and without an index to go by (--policies 1000000; bars: 1 s and 3 s for a million)';

const leaf = (field, op, value) => ({ field, op, value });

/** What both rules ask of those that are left. */
const nineLeaves = [
  leaf('policy.line', 'in', ['motor', 'home', 'health']),
  leaf('policy.status', 'in', ['in_force', 'grace']),
  leaf('policy.premiumMinor', 'gte', 25_000),
  leaf('policy.premiumChangePercent', 'gt', 1),
  leaf('policy.doNotRenew', 'eq', false),
  leaf('customer.locale', 'eq', 'en'),
  leaf('customer.age', 'between', [25, 75]),
  leaf('customer.email', 'exists', true),
  { any: [leaf('customer.familyName', 'startsWith', 'Family1')] },
];
const rules = {
  indexed: { all: [leaf('policy.renewalDate', 'between', ['2026-12-01', '2026-12-07']), ...nineLeaves] },
  unindexed: { all: [leaf('policy.sumInsuredMinor', 'exists', false), ...nineLeaves] },
};
const timesEach = 3;

/** Each rule several times over; what counts is the slowest. */
export async function run(args) {
  const { values } = parseArgs({ args, options: { policies: { type: 'string', default: '100000' } } });
  const policies = Number(values.policies);
  const platform = await openPlatform();
  try {
    await makeBook(platform.client, policies);
    const counts = platform.get(AudienceCountRepository);
    const measured = {};
    for (const [name, rule] of Object.entries(rules)) {
      const times = [];
      let found = null;
      for (let time = 0; time < timesEach; time += 1) {
        const started = performance.now();
        found = await counts.count('policy', rule, bookDay, { sample: 10, timeoutMs: 60_000 });
        times.push(seconds(started));
      }
      measured[name] = { count: found.count, sample: found.sample.length, seconds: Math.max(...times) };
    }
    return { policies, ...measured, bars: { indexedSeconds: 1, unindexedSeconds: 3 } };
  } finally {
    await platform.close();
  }
}

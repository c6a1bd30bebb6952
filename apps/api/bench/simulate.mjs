import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CampaignsService } from '../dist/features/campaigns/campaigns.service.js';
import { SimulatorService } from '../dist/features/simulation/simulator.service.js';
import { bookDay, makeBook } from './support/book.mjs';
import { openPlatform, peakMemoryMb, seconds } from './support/platform.mjs';

export const description =
  'Seconds to see the coming days of a whole book under the built-in programme (--policies 1000000 --days 400; bar: 300 s for a million and 400 days)';

/** The whole built-in programme active, caps of three letters in thirty days, on a book made in place. */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: { policies: { type: 'string', default: '100000' }, days: { type: 'string', default: '400' } },
  });
  const [policies, days] = [Number(values.policies), Number(values.days)];
  const platform = await openPlatform();
  try {
    await makeBook(platform.client, policies);
    for (const file of builtIn()) {
      await platform.get(CampaignsService).apply(file, { activate: true, actor: 'bench' });
    }
    const started = performance.now();
    const marks = [];
    const result = await platform.get(SimulatorService).run(
      { from: bookDay, days },
      {
        progress: ({ campaignsDone, campaigns: all, daysWalked }) => {
          if (campaignsDone === all && daysWalked === 0 && marks.length === 0) marks.push(seconds(started));
        },
      },
    );
    return {
      policies,
      days,
      campaigns: Object.keys(result.byCampaign).length,
      sent: result.total,
      suppressed: result.suppressed.total,
      putOff: result.putOff.total,
      heldOut: result.heldOut.total,
      readSeconds: marks[0] ?? null,
      seconds: seconds(started),
      peakMemoryMb: peakMemoryMb(),
      bars: { secondsForAMillionAnd400Days: 300 },
    };
  } finally {
    await platform.close();
  }
}

/** The built-in campaigns as files, those included that staff fill with words first. */
function builtIn() {
  const folder = new URL('../src/features/campaigns/built-in/', import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
}

import { parseArgs } from 'node:util';
import { chaos } from './chaos.mjs';

/** `bench send --chaos`: tells each run on standard error, with all that is to happen in it, and sums them up. */
export async function runChaos(args) {
  const { values } = parseArgs({
    args,
    strict: false,
    options: {
      runs: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      messages: { type: 'string', default: '300' },
      lanes: { type: 'string', default: '4' },
    },
  });
  const [runs, seed, messages, lanes] = [values.runs, values.seed, values.messages, values.lanes].map(Number);
  return chaos({ runs, seed, messages, lanes, tell });
}

function tell({ verdict: { problems, ...verdict }, scenario, ...run }) {
  console.error(JSON.stringify({ scenario }));
  console.error(JSON.stringify({ ...run, ...verdict }));
  for (const problem of problems) console.error(`seed ${run.seed}: ${problem}`);
}

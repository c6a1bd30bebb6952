import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canaries, ground } from './canaries.mjs';

/** Proves that every boundary rule fires on the file that breaks it, and on nothing else. */
const configFile = fileURLToPath(new URL('../../.dependency-cruiser.cjs', import.meta.url));
const tree = mkdtempSync(join(tmpdir(), 'aftercare-canaries-'));
try {
  for (const files of [ground, ...canaries.map((canary) => canary.files)]) {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
  }
  writeFileSync(join(tree, '.dependency-cruiser.cjs'), readFileSync(configFile));
  const result = spawnSync(
    'depcruise',
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'packages'],
    {
      cwd: tree,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  const fired = JSON.parse(result.stdout).summary.violations.map(
    ({ rule, from }) => `${rule.name} on ${from}`,
  );
  report(new Set(fired));
} finally {
  rmSync(tree, { recursive: true });
}

function report(fired) {
  const rules = createRequire(import.meta.url)(configFile).forbidden.map(({ name }) => name);
  const known = new Set(Object.keys(ground));
  const faults = [
    ...rules
      .filter((rule) => !canaries.some((canary) => canary.rule === rule))
      .map((rule) => `${rule} has no canary`),
    ...canaries
      .map(({ rule, files }) => `${rule} on ${Object.keys(files)[0]}`)
      .filter((expected) => !fired.has(expected))
      .map((expected) => `did not fire: ${expected}`),
    ...[...fired]
      .filter((each) => known.has(each.split(' on ')[1]))
      .map((each) => `fired on a correct file: ${each}`),
  ];
  for (const fault of faults) console.error(fault);
  console.log(`${canaries.length} boundary canaries, ${faults.length} faults`);
  process.exitCode = faults.length ? 1 : 0;
}

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, root, turbo } from './build.mjs';

/** Format, lint, types, boundaries, dead code, generated files: each step runs, whatever the others found. */
const folders = [
  'apps/api/src',
  'apps/api/test',
  'apps/web/src',
  'packages/domain/src',
  'packages/notifications/src',
];
const steps = [
  ['format', () => run('prettier', ['--check', '--log-level', 'warn', '.'])],
  ['lint', () => run('eslint', ['--max-warnings', '0', '.'])],
  ['types', () => turbo(['run', 'types', '--output-logs=errors-only', '--concurrency=1']).status === 0],
  ['boundaries', () => run('depcruise', ['--config', '.dependency-cruiser.cjs', ...folders])],
  ['boundary canaries', () => run('node', ['tools/boundaries/check.mjs'])],
  ['dead code', () => run('knip', ['--no-progress'])],
  ['generated files', generatedFilesAreCurrent],
];

build();
const failed = steps.filter(([name, step]) => {
  const passed = step();
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name}`);
  return !passed;
});
console.log(failed.length ? `check failed: ${failed.map(([name]) => name).join(', ')}` : 'check passed');
process.exitCode = failed.length ? 1 : 0;

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

function generatedFilesAreCurrent() {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-generated-'));
  try {
    const fresh = join(folder, 'openapi.json');
    if (!run('node', ['apps/api/dist/openapi.js', fresh])) return false;
    if (readFileSync(fresh, 'utf8') !== readFileSync(`${root}apps/api/openapi.json`, 'utf8')) {
      console.log('apps/api/openapi.json is not what the routes say: run `npm run generate`.');
      return false;
    }
    return generatedClientIsCurrent(join(folder, 'client'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generatedClientIsCurrent(folder) {
  const committed = 'apps/web/src/lib/api/generated';
  if (!run('node', ['apps/web/scripts/generate-client.mjs', folder])) return false;
  if (run('diff', ['-r', '-q', folder, committed])) return true;
  console.log(`${committed} is not what apps/api/openapi.json says: run \`npm run generate\`.`);
  return false;
}

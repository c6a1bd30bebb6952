import { existsSync, readFileSync, rmSync } from 'node:fs';
import { root, turbo } from './build.mjs';

const reports = ['packages/domain', 'packages/notifications', 'apps/api', 'apps/web'].map(
  (workspace) => `${root}${workspace}/.test-report.json`,
);
for (const report of reports) rmSync(report, { force: true });

// One workspace after the other: the tests that use a database and a browser have the machine for themselves.
const { status } = turbo([
  'run',
  'test',
  '--concurrency=1',
  '--continue',
  '--output-logs=full',
  '--log-order=stream',
]);

let passed = 0;
let failed = 0;
for (const path of reports) {
  if (!existsSync(path)) {
    console.log(`No report: ${path.slice(root.length)}`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A file that could not even be loaded counts no test of its own.
  failed += report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = status === 0 && failed === 0 ? 0 : 1;

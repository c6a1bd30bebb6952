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
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  failed += unloaded.length;
  // Said again at the end, where it is seen however long the output was.
  for (const { name, message } of unloaded) console.log(`FAILED ${name.slice(root.length)}: ${message}`);
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status !== 'failed') continue;
      console.log(
        `FAILED ${name.slice(root.length)}: ${fullName}\n${failureMessages.join('\n').slice(0, 2000)}`,
      );
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = status === 0 && failed === 0 ? 0 : 1;

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Compiled code is kept from one process to the next: the tests start some eighty, each of which loads the platform.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../../node_modules/.cache/compiled', import.meta.url),
);

/** Begins with the files that last longest, so that none of them is alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => (moduleId.includes('/test/faults/') ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['reflect-metadata'],
    // An odd zone on purpose: the host's zone is never the customer's.
    env: { TZ: 'Asia/Kathmandu' },
    // Far longer than any takes: on a busy machine everything does.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Loading the platform takes longer than most files' tests. What a test changes of a module it puts back.
    isolate: false,
    // They mostly wait, for a mail server or a heartbeat: five keep two cores busy.
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

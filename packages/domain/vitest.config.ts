import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Property tests run thousands of cases; on a machine that has other work to do they may take their time.
    testTimeout: 60_000,
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // An odd zone on purpose: the host's zone is never the customer's.
    env: { TZ: 'Asia/Kathmandu' },
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/write-letters.ts'],
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // An odd zone on purpose: the host's zone is never the customer's.
    env: { TZ: 'Asia/Kathmandu' },
    // A shared machine may be slow; a test that hangs is still found out.
    testTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

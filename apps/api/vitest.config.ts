import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['reflect-metadata'],
    // An odd zone on purpose: the host's zone is never the customer's.
    env: { TZ: 'Asia/Kathmandu' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // They mostly wait, for a mail server or a heartbeat: five keep two cores busy.
    maxWorkers: 5,
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

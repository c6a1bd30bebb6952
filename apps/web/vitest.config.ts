import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Unit specs cover pure code and need none of the app's Vite plugins; e2e drives the built platform in a browser.
    include: ['src/**/*.spec.ts', 'e2e/**/*.e2e.ts'],
    globalSetup: ['e2e/support/global-setup.ts'],
    env: { TZ: 'Asia/Kathmandu' },
    // Far longer than any takes: on a busy machine everything does.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Unit specs cover pure code and need none of the app's Vite plugins; e2e drives the built platform in a browser.
    include: ['src/**/*.spec.ts', 'e2e/**/*.e2e.ts'],
    globalSetup: ['e2e/support/global-setup.ts'],
    env: { TZ: 'Asia/Kathmandu' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

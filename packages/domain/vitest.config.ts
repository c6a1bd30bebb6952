import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    include: ['src/**/*.spec.ts', 'test/**/*.spec.ts'],
    // An odd zone on purpose: the host's zone is never the customer's.
    env: { TZ: 'Asia/Kathmandu' },
    reporters: ['default', ['json', { outputFile: '.test-report.json' }]],
  },
});

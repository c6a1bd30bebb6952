import { defineConfig } from 'vitest/config';

// Unit specs cover pure code, so they need none of the app's Vite plugins (whose watchers would keep the run open).
export default defineConfig({
  test: { include: ['src/**/*.spec.ts'] },
});

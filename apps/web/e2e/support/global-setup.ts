import type { TestProject } from 'vitest/node';
import { startPlatform } from './platform.ts';

declare module 'vitest' {
  interface ProvidedContext {
    platform: { url: string; inboxUrl: string; output: string };
  }
}

/** One platform with a sample book for all browser tests of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const platform = await startPlatform();
  const { url, inboxUrl, output } = platform;
  project.provide('platform', { url, inboxUrl, output });
  return () => platform.stop();
}

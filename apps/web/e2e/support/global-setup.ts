import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import type { TestProject } from 'vitest/node';
import { startPlatform } from './platform.ts';

declare module 'vitest' {
  interface ProvidedContext {
    platform: { url: string; inboxUrl: string; output: string };
    browserPath: string;
  }
}

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** One platform with a sample book, and one program to look at it with, for all browser tests of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // The project's own is unpacked once it is asked for: here, and not by test files that run side by side.
  const browserPath =
    process.env['CHROMIUM_PATH'] ??
    installed.find((path) => existsSync(path)) ??
    (await sparticuz.executablePath());
  project.provide('browserPath', browserPath);
  const platform = await startPlatform();
  const { url, inboxUrl, output } = platform;
  project.provide('platform', { url, inboxUrl, output });
  return () => platform.stop();
}

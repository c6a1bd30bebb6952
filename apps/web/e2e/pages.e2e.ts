import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { accessibilityFaults, launchBrowser } from './support/browser.ts';
import { signInStaff } from './support/sign-in.ts';

const { url } = inject('platform');
const publicPages = ['/sign-in', '/sign-in/confirm?token=none', '/u/none', '/staff/sign-in', '/no-such-page'];
const staffPages = [
  '/staff',
  '/staff/campaigns',
  '/staff/campaigns/motor-renewal',
  '/staff/deliveries',
  '/staff/deliveries?q=nobody-at-all',
  '/staff/customers',
  '/staff/imports',
];
const looks = [
  { name: 'desktop, light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

describe.each(looks)('every page on a $name', ({ viewport, colorScheme }) => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser.close());

  it.each([
    ['public', publicPages],
    ['staff', staffPages],
  ])('has no fault that axe finds and no sideways scrolling: %s', async (kind, pages) => {
    const page = await (await browser.newContext({ viewport, colorScheme, locale: 'en-GB' })).newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    if (kind === 'staff') {
      await signInStaff(page, url, 'admin@example.com', 'aftercare-admin');
      await page.getByRole('heading', { name: 'Today', exact: true }).waitFor();
    }
    for (const path of pages) {
      await page.goto(`${url}${path}`);
      await page.waitForLoadState('networkidle');
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${path}: ${fault}`));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) faults.push(`${path}: ${overflow} px wider than the window`);
    }
    expect(faults).toEqual([]);
  });
});

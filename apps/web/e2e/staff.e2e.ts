import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { launchBrowser, openContext } from './support/browser.ts';
import { signInStaff } from './support/sign-in.ts';

const { url } = inject('platform');

describe('somebody of the staff', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await (await openContext(browser, { viewport: { width: 1280, height: 800 } })).newPage();
  });

  afterAll(() => browser.close());

  it('is told that a password is wrong, and comes in with the right one', async () => {
    await signInStaff(page, url, 'marketing@example.com', 'not the password');
    await page.getByRole('alert').waitFor();
    await signInStaff(page, url, 'marketing@example.com', 'aftercare-marketing');
    await page.getByRole('heading', { name: 'Today', exact: true }).waitFor();
  });

  it('opens a campaign and the people behind a number of its funnel', async () => {
    const comparison = async () => {
      await page.goto(`${url}/staff/campaigns`);
      await page.getByRole('link', { name: 'Motor renewal' }).click();
      await page.getByText('Every one is accounted for').waitFor();
      const sent = page
        .getByRole('region', { name: /Who got it/ })
        .getByRole('link')
        .first();
      const number = Number((await sent.innerText()).replace(/\D/g, ''));
      expect(number).toBeGreaterThan(0);
      await sent.click();
      await page.waitForURL('**/staff/deliveries?*');
      await page.getByRole('row').nth(1).waitFor();
      expect((await page.getByRole('row').count()) - 1).toBe(Math.min(number, 25));
    };
    // What is due today may be going out at this moment, so that the list is longer than the number was.
    await vi.waitFor(comparison, { timeout: 240_000 });
  });

  it('reads the letter exactly as it was sent, and the customer’s whole history', async () => {
    const sent = page.getByRole('row').nth(1).getByRole('link').first();
    const isThere = async () => {
      await page.goto(`${url}/staff/deliveries?state=sent`);
      return sent.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
    };
    // What the new platform has to send today may still be on its way.
    await expect.poll(isThere, { timeout: 120_000 }).toBe(true);
    await sent.click();
    const letter = page.frameLocator('iframe');
    await letter.getByRole('link').first().waitFor();
    await page
      .getByRole('link', { name: /^[A-Z]/ })
      .filter({ hasNotText: 'Deliveries' })
      .first()
      .waitFor();
  });

  it('takes away the list of who got a campaign', async () => {
    const takeAway = async () => {
      await page.goto(`${url}/staff/campaigns/motor-renewal`);
      const coming = page.waitForEvent('download');
      await page.getByRole('link', { name: 'Who got it', exact: true }).click();
      const download = await coming;
      expect(download.suggestedFilename()).toBe('motor-renewal-recipients-sent.csv');
      return (await readFile(await download.path(), 'utf8')).trim().split('\r\n').slice(1);
    };
    let lines: string[] = [];
    // What the new platform has to send today may still be on its way.
    await expect
      .poll(async () => (lines = await takeAway()).length, { timeout: 120_000, interval: 500 })
      .toBeGreaterThan(0);
    expect(lines.every((line) => line.includes(',sent,'))).toBe(true);
  });
});

describe('an administrator', () => {
  it('sees what keeps letters, stops all of them with a reason, and lets them go on', async () => {
    const browser = await launchBrowser();
    const page = await (await openContext(browser)).newPage();
    await signInStaff(page, url, 'admin@example.com', 'aftercare-admin');
    await page.getByRole('link', { name: 'Sending', exact: true }).click();
    await page.getByRole('cell', { name: 'Portal and desk, Scheduler, Worker' }).waitFor();

    const main = page.getByRole('main');
    await main.getByRole('button', { name: 'Stop all sending' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Stop all sending' }).click();
    await dialog.getByText('Say in a few words why.').waitFor();
    await dialog.getByLabel('Why?').fill('The premium in the letter is wrong');
    await page.keyboard.press('Enter');
    await page.getByText('Somebody stopped all sending: “The premium in the letter is wrong”.').waitFor();

    await main.getByRole('button', { name: 'Let sending go on' }).click();
    await dialog.getByRole('button', { name: 'Let sending go on' }).click();
    await main.getByRole('button', { name: 'Stop all sending' }).waitFor();
    await browser.close();
  });
});

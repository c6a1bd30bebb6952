import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser, openContext } from './support/browser.ts';
import { findReminder, wayOut, type InboxLetter } from './support/platform.ts';
import { signInMember } from './support/sign-in.ts';

const { url, inboxUrl } = inject('platform');
const phone = { viewport: { width: 390, height: 844 } };

describe('a customer who got a renewal reminder', () => {
  let browser: Browser;
  let page: Page;
  let reminder: InboxLetter;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await (await openContext(browser, phone)).newPage();
    reminder = await findReminder(inboxUrl, 'odd');
  });

  afterAll(() => browser.close());

  it('has a letter with both premiums, and the way out', () => {
    // In the reader's currency, whichever it is.
    expect(reminder.text).toMatch(
      /Last premium:?\s+[A-Z]*\p{Sc}[\d,.]+\s+New premium:?\s+[A-Z]*\p{Sc}[\d,.]+/u,
    );
    expect(reminder.headers['x-aftercare-delivery']).toMatch(/^[0-9a-f-]{36}$/);
    expect(wayOut(reminder).startsWith(`${url}/u/`)).toBe(true);
  });

  it('signs in with a link by e-mail, and finds the policy it was about', async () => {
    await signInMember(page, { url, inboxUrl }, reminder.to[0]!.address);
    await page
      .getByText(/renews/)
      .first()
      .waitFor();
    await page.goto(`${url}/policies`);
    await page.getByText('New premium').or(page.getByText('Premium')).first().waitFor();
  });

  it('stops that topic without a sign-in, and takes it back', async () => {
    const stranger = await (await openContext(browser, phone)).newPage();
    await stranger.goto(wayOut(reminder));
    const stop = stranger.getByRole('button', { name: /^Stop/ }).first();
    await stop.waitFor();
    // Looking again finds nothing changed.
    await stranger.reload();
    await stop.click();
    await stranger.getByRole('button', { name: /Undo/ }).click();
    await stop.waitFor();
  });
});

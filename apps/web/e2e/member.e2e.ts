import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from './support/browser.ts';
import { findLetter, type InboxLetter } from './support/platform.ts';

const { url, inboxUrl } = inject('platform');
/** The way out, as the letter's text has it. */
const wayOut = (letter: InboxLetter) => /https?:[^\s"<>\])]+\/u\/[\w.~-]+/.exec(letter.text)![0];
const phone = { viewport: { width: 390, height: 844 }, locale: 'en-GB' };

describe('a customer who got a renewal reminder', () => {
  let browser: Browser;
  let page: Page;
  let reminder: InboxLetter;

  beforeAll(async () => {
    browser = await launchBrowser();
    page = await (await browser.newContext(phone)).newPage();
    // Somebody with an address of their own: a family's would get a sign-in letter for each of them.
    reminder = await findLetter(
      inboxUrl,
      ({ subject, to }) => /is due for renewal/.test(subject) && !/^family/.test(to[0]!.address),
    );
  });

  afterAll(() => browser.close());

  it('has a letter with both premiums, and the way out', () => {
    expect(reminder.text).toMatch(/[€£$]\s?[\d,.]+/);
    expect(reminder.headers['x-aftercare-delivery']).toMatch(/^[0-9a-f-]{36}$/);
    expect(wayOut(reminder).startsWith(`${url}/u/`)).toBe(true);
  });

  it('signs in with a link by e-mail, and finds the policy it was about', async () => {
    await page.goto(`${url}/`);
    await page.waitForURL('**/sign-in*');
    await page.getByLabel('E-mail').fill(reminder.to[0]!.address);
    await page.getByRole('button', { name: 'E-mail me a link' }).click();
    await page.getByText(/Check your/).waitFor();
    const letter = await findLetter(
      inboxUrl,
      ({ text, to }) => to[0]!.address === reminder.to[0]!.address && text.includes('/sign-in/confirm?'),
    );
    const link = /https?:[^\s"<>]+\/sign-in\/confirm\?[^\s"<>]+/.exec(letter.text)![0];
    // A scanner that looks at the link first takes nothing away.
    await fetch(link);
    await page.goto(link);
    await page.getByRole('button', { name: /^Sign in as/ }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await page
      .getByText(/renews/)
      .first()
      .waitFor();
    await page.goto(`${url}/policies`);
    await page.getByText('New premium').or(page.getByText('Premium')).first().waitFor();
  });

  it('stops that topic without a sign-in, and takes it back', async () => {
    const stranger = await (await browser.newContext(phone)).newPage();
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

import type { Page } from 'playwright-core';
import { findLetter } from './platform.ts';

/** Fills in and sends the staff sign-in form. */
export async function signInStaff(page: Page, url: string, email: string, password: string): Promise<void> {
  await page.goto(`${url}/staff/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
}

/** Asks for a link by e-mail, follows it, and waits for the member's own page. */
export async function signInMember(
  page: Page,
  { url, inboxUrl }: { url: string; inboxUrl: string },
  address: string,
): Promise<void> {
  await page.goto(`${url}/`);
  await page.waitForURL('**/sign-in*');
  await page.getByLabel('E-mail').fill(address);
  await page.getByRole('button', { name: 'E-mail me a link' }).click();
  await page.getByRole('heading', { name: 'Check your e-mail', exact: true }).waitFor();
  const letter = await findLetter(
    inboxUrl,
    ({ text, to }) => to[0]!.address === address && text.includes('/sign-in/confirm?'),
  );
  const link = /https?:[^\s"<>]+\/sign-in\/confirm\?[^\s"<>]+/.exec(letter.text)![0];
  // A scanner that looks at the link first takes nothing away.
  await fetch(link);
  await page.goto(link);
  await page.getByRole('button', { name: /^Sign in as/ }).click();
  await page.getByRole('heading', { name: /^Hello, / }).waitFor();
}

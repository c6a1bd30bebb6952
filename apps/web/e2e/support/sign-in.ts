import type { Page } from 'playwright-core';

/** Fills in and sends the staff sign-in form. */
export async function signInStaff(page: Page, url: string, email: string, password: string): Promise<void> {
  await page.goto(`${url}/staff/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
}

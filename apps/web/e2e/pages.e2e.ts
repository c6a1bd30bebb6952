import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { accessibilityFaults, launchBrowser, openContext, openPage } from './support/browser.ts';
import { findReminder, wayOut } from './support/platform.ts';
import { signInMember, signInStaff } from './support/sign-in.ts';

const platform = inject('platform');
const { url } = platform;
const looks = [
  { name: 'desktop, light', viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  { name: 'phone, dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const;

/** A page's path and its exact heading. */
type Place = readonly [path: string, heading: string];
type Room = { places: Place[]; session: BrowserContextOptions['storageState'] };

let browser: Browser;
const rooms = {} as Record<'public' | 'member' | 'staff', Room>;

beforeAll(async () => {
  browser = await launchBrowser();
  const reminder = await findReminder(platform.inboxUrl, 'even');
  rooms.public = { places: publicPlaces(wayOut(reminder)), session: undefined };
  rooms.member = await enter(memberPlaces, async (page) => {
    await signInMember(page, platform, reminder.to[0]!.address);
  });
  rooms.staff = await enter(staffPlaces, enterDesk);
});

afterAll(() => browser.close());

describe.each(looks)('every page on a $name', ({ viewport, colorScheme }) => {
  it.each(['public', 'member', 'staff'] as const)(
    'has no fault that axe finds and no sideways scrolling: %s',
    async (name) => {
      const { places, session } = rooms[name];
      const context = await openContext(browser, {
        viewport,
        colorScheme,
        storageState: session,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
      for (const [path, heading] of places) {
        await openPage(page, `${url}${path}`, heading);
        faults.push(...(await accessibilityFaults(page)).map((fault) => `${path}: ${fault}`));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) faults.push(`${path}: ${overflow} px wider than the window`);
      }
      await context.close();
      expect(faults).toEqual([]);
    },
  );
});

it('shows its numbers and dates in a browser that calls its language what Intl refuses', async () => {
  const context = await openContext(browser, { locale: 'en-US' });
  await context.addInitScript(() => {
    Object.defineProperty(navigator, 'language', { value: 'en-US@posix' });
    Object.defineProperty(navigator, 'languages', { value: ['en-US@posix'] });
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await enterDesk(page);
  await page.getByRole('link', { name: /^[\d,]+ Due today$/ }).waitFor();
  await context.close();
  expect(errors).toEqual([]);
});

/** Signs in once for both looks, and learns what there is to visit. */
async function enter(
  placesOf: (context: BrowserContext) => Promise<Place[]>,
  signIn: (page: Page) => Promise<void>,
): Promise<Room> {
  const context = await openContext(browser);
  await signIn(await context.newPage());
  const room = { places: await placesOf(context), session: await context.storageState() };
  await context.close();
  return room;
}

async function enterDesk(page: Page): Promise<void> {
  await signInStaff(page, url, 'admin@example.com', 'aftercare-admin');
  await page.getByRole('heading', { name: 'Today', exact: true }).waitFor();
}

/** What the API answers to whoever is signed in there. */
async function ask<T>(context: BrowserContext, path: string): Promise<T> {
  const answer = await context.request.get(`${url}/api${path}`);
  expect(answer.status(), path).toBe(200);
  return (await answer.json()) as T;
}

function publicPlaces(leaving: string): Place[] {
  return [
    ['/sign-in', 'Sign in to your policies'],
    ['/sign-in/confirm?token=none', 'This link does not work'],
    [new URL(leaving).pathname, 'Stop letters about: Renewals?'],
    ['/u/none', 'This link does not work'],
    ['/staff/sign-in', 'Staff desk'],
    ['/no-such-page', 'There is no page here'],
  ];
}

/** The first of a list, as soon as it has one: what is due today may still be on its way out. */
function firstOf<T>(context: BrowserContext, path: string): Promise<T> {
  return vi.waitFor(
    async () => {
      const { items } = await ask<{ items: T[] }>(context, path);
      expect(items, path).not.toEqual([]);
      return items[0]!;
    },
    { timeout: 240_000, interval: 200 },
  );
}

async function memberPlaces(context: BrowserContext): Promise<Place[]> {
  const home = await ask<{ givenName: string }>(context, '/member/home');
  const policy = await firstOf<{ policyId: string; product: string }>(context, '/member/policies');
  const message = await firstOf<{ deliveryId: string; subject: string }>(context, '/member/messages');
  return [
    ['/', `Hello, ${home.givenName}`],
    ['/policies', 'My policies'],
    [`/policies/${policy.policyId}`, policy.product],
    ['/messages', 'Messages from us'],
    ['/messages?q=nothing-of-this-name', 'Messages from us'],
    [`/messages/${message.deliveryId}`, message.subject],
    ['/preferences', 'What we write to you about'],
  ];
}

async function staffPlaces(context: BrowserContext): Promise<Place[]> {
  type Row = { deliveryId: string; customerId: string; customerName: string };
  const sent = await firstOf<Row>(context, '/staff/deliveries?state=sent&limit=1');
  const kept = await firstOf<Row>(context, '/staff/deliveries?state=suppressed&limit=1');
  const run = await firstOf<{ importId: string; fileName: string }>(context, '/staff/imports');
  const letter = await ask<{ subject: string }>(context, `/staff/deliveries/${sent.deliveryId}/message`);
  return [
    ['/staff', 'Today'],
    ['/staff/sending', 'Sending'],
    ['/staff/campaigns', 'Campaigns'],
    ['/staff/campaigns/motor-renewal', 'Motor renewal'],
    ['/staff/deliveries', 'Deliveries'],
    ['/staff/deliveries?q=nobody-at-all', 'Deliveries'],
    [`/staff/deliveries/${sent.deliveryId}`, letter.subject],
    [`/staff/deliveries/${kept.deliveryId}`, 'Delivery'],
    ['/staff/customers', 'Customers'],
    [`/staff/customers/${sent.customerId}`, sent.customerName],
    ['/staff/customers/nobody', 'Customer'],
    ['/staff/imports', 'Imports'],
    [`/staff/imports/${run.importId}`, run.fileName],
  ];
}

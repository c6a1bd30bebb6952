import { simpleParser } from 'mailparser';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MessagesService } from '../../src/features/deliveries/messages.service.js';
import { SightingsJournal } from '../../src/features/tracking/sightings-journal.js';
import { TrackingService } from '../../src/features/tracking/tracking.service.js';
import { harness, type Harness } from './deliver-fixture.js';

let on: Harness;
const publicUrl = 'https://care.insurer.example';

beforeAll(async () => {
  on = await harness({ config: { publicUrl } });
});
afterAll(() => on.close());
beforeEach(() => on.reset());

/** Sends the one letter of a campaign. @returns its addresses in links and pictures, and the whole. */
async function sent(change: Record<string, unknown> = {}) {
  await on.people(1);
  await on.campaign(change);
  await on.plan();
  await on.settle();
  const row = await on.row('c1');
  const { html, text } = await simpleParser(on.sink.accepted[0]!.raw);
  const all = (pattern: RegExp, source: string) => [...source.matchAll(pattern)].map(([, found]) => found!);
  return {
    deliveryId: row.delivery_id,
    hrefs: all(/\shref="([^"]*)"/g, html || ''),
    pictures: all(/<img[^>]*\ssrc="([^"]*)"/g, html || ''),
    inText: all(/(https?:\/\/[^\s\])>]+)/g, text ?? ''),
  };
}

const tracked = (addresses: string[]) => addresses.filter((address) => address.startsWith(`${publicUrl}/c/`));
/** Asks the platform for an address in a letter. */
const follow = (address: string) =>
  fetch(on.app.url + address.slice(publicUrl.length), {
    redirect: 'manual',
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' },
  });

describe('a letter that was sent', () => {
  test('has links that lead to the portal by way of us, the same in both parts', async () => {
    const { deliveryId, hrefs, inText, pictures } = await sent();
    const [link, ...others] = new Set(tracked(hrefs));
    expect(others).toEqual([]);
    expect(tracked(inText)).toEqual([link]);
    expect(pictures).toEqual([]);
    const response = await follow(link!);
    expect([response.status, response.headers.get('location')]).toEqual([302, `${publicUrl}/policies/p1`]);
    await on.app.get(SightingsJournal).flush();
    expect((await on.app.get(TrackingService).ofDelivery(deliveryId)).clicks).toEqual([
      expect.objectContaining({ link: 0, agent: 'browser', judged: false, machine: null, words: null }),
    ]);
    expect((await on.app.get(TrackingService).ofCampaign('motor-renewal')).clicks).toMatchObject({
      raw: 1,
      waiting: 1,
    });
  });

  test('has a way out, and addresses to write to, that nobody follows', async () => {
    const { hrefs } = await sent();
    const direct = hrefs.filter((address) => !tracked([address]).length);
    expect(direct.filter((address) => address.startsWith(`${publicUrl}/u/`)).length).toBeGreaterThan(0);
    expect(
      direct.every((address) => /^mailto:|^tel:|^https:\/\/care\.insurer\.example\/u\//.test(address)),
    ).toBe(true);
  });

  test.each([
    ['does not want it', { tracking: { clicks: false } }],
    ['is a legal notice', { class: 'legal', topic: 'statutory' }],
  ])('of a campaign that %s is not tracked at all', async (_, change) => {
    const { hrefs, inText, pictures } = await sent(change);
    expect(tracked([...hrefs, ...inText])).toEqual([]);
    expect(hrefs).toContain(`${publicUrl}/policies/p1`);
    expect(pictures).toEqual([]);
  });

  test('has a picture that tells when it is opened only where the campaign asks for it', async () => {
    const { deliveryId, pictures, inText } = await sent({ tracking: { opens: true } });
    expect(pictures).toEqual([expect.stringMatching(/^https:\/\/care\.insurer\.example\/o\/[\w-]+\.gif$/)]);
    expect(inText.filter((address) => address.includes('/o/'))).toEqual([]);
    expect((await follow(pictures[0]!)).status).toBe(200);
    await on.app.get(SightingsJournal).flush();
    expect((await on.app.get(TrackingService).ofDelivery(deliveryId)).opens).toMatchObject([
      { machine: false },
    ]);
    const { opens, opensOn } = await on.app.get(TrackingService).ofCampaign('motor-renewal');
    expect([opensOn, opens]).toEqual([true, { raw: 1, human: 1, machine: 0, readers: 1 }]);
  });

  test('leads straight on where staff look at it, and is kept as it went', async () => {
    const { deliveryId } = await sent({ tracking: { opens: true } });
    const { html, text, raw } = await on.app.get(MessagesService).get(deliveryId);
    expect(text).toContain(`${publicUrl}/policies/p1`);
    expect(text).not.toContain('/c/');
    expect(html).toContain(`${publicUrl}/policies/p1`);
    expect(html).not.toMatch(/\/[co]\//);
    expect((await simpleParser(raw)).html).toMatch(/\/c\/[\s\S]*\/o\//);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { linkPreferencesSchema } from '../../src/features/consents/consents.schemas.js';
import { memberCookie, postJson } from '../support/sign-in.js';
import { ConsentFixture } from './consent-fixture.js';

let book: ConsentFixture;
let token: string;
beforeAll(async () => {
  book = await ConsentFixture.open();
});
afterAll(() => book.close());

beforeEach(async () => {
  await book.reset();
  token = book.tokenFor('newsletter');
});

describe('the page behind the link', () => {
  const read = async () => {
    const response = await fetch(`${book.app.url}/api/public/preferences/${token}`);
    expect(response.status).toBe(200);
    return linkPreferencesSchema.strict().parse(await response.json());
  };
  const choose = (topic: string, granted: boolean) =>
    postJson(book.app, `/api/public/preferences/${token}`, { topic, granted });

  test('says whose it is without saying it to a stranger, and what there is to choose', async () => {
    expect(await read()).toEqual({
      maskedName: 'A*** G.',
      maskedEmail: 'a***@example.com',
      locale: 'es',
      topic: 'newsletter',
      class: 'marketing',
      marketing: { granted: true, at: '2026-01-01T00:00:00.000Z', source: 'import' },
      topics: [
        { topic: 'renewals', class: 'service', granted: true, at: null },
        { topic: 'newsletter', class: 'marketing', granted: true, at: null },
      ],
    });
  });

  test('takes a choice back, and all is as before', async () => {
    const before = await book.allowed();
    await book.post(`/u/${token}`);
    expect((await choose('newsletter', true)).status).toBe(200);
    expect(await book.allowed()).toEqual(before);
    await choose('*', false);
    expect(await book.allowed()).toEqual(['renewals', 'statutory']);
    await choose('*', true);
    expect(await book.allowed()).toEqual(before);
  });

  test('leaves what was stopped alone when everything marketing comes back', async () => {
    await choose('newsletter', false);
    await choose('*', false);
    await choose('*', true);
    expect(await book.allowed()).toEqual(['offers', 'renewals', 'statutory']);
  });

  test('offers nothing to choose on legal notices and on topics nobody writes about', async () => {
    for (const topic of ['statutory', 'made-up', 'offers']) {
      const response = await choose(topic, false);
      expect([topic, response.status]).toEqual([topic, 400]);
      expect(await response.json()).toMatchObject({ code: 'unknown_topic' });
    }
  });

  test('is closed to other sites: only the one click may come from anywhere', async () => {
    const response = await book.post(`/api/public/preferences/${token}`, {
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' },
      body: '{"topic":"newsletter","granted":false}',
    });
    expect(response.status).toBe(403);
  });
});

describe('a signed-in member', () => {
  test('sees and changes the same choices, and only their own', async () => {
    await book.post(`/u/${token}`);
    const cookie = await memberCookie(book.app, book.customerId);
    const response = await fetch(`${book.app.url}/api/member/preferences`, { headers: { cookie } });
    expect(await response.json()).toMatchObject({
      topics: [
        { topic: 'renewals', granted: true },
        { topic: 'newsletter', granted: false },
      ],
    });
    const changed = await postJson(
      book.app,
      '/api/member/preferences',
      { topic: 'renewals', granted: false },
      cookie,
    );
    expect(changed.status).toBe(200);
    expect(await book.allowed()).toEqual(['offers', 'statutory']);
    expect(await book.allowed('C2')).toEqual(['newsletter', 'offers', 'renewals', 'statutory']);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testApp } from '../support/app.js';
import {
  address,
  mailgunPost,
  postmarkLogin,
  postmarkPost,
  sendgridPost,
  stopped,
  webhookHarness,
} from './webhooks-fixture.js';

describe('the webhook', () => {
  let on: Awaited<ReturnType<typeof webhookHarness>>;
  beforeAll(async () => {
    on = await webhookHarness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  it.each(['ses', 'sendgrid', 'postmark', 'mailgun', 'nobody'])(
    'of %s is not there until it is configured',
    async (name) => {
      const bare = await testApp({ database: on.database });
      const response = await fetch(`${bare.url}/api/public/webhooks/${name}`, { method: 'POST', body: '{}' });
      expect(response.status).toBe(404);
      await bare.close();
    },
  );

  describe('of SendGrid', () => {
    const event = (change: object) => ({
      ...{
        email: address,
        timestamp: 1_936_000_000,
        'smtp-id': on.messageId,
        sg_event_id: 'sg-1',
        sg_message_id: 'x',
      },
      ...change,
    });
    const bounce = () =>
      event({ event: 'bounce', type: 'bounce', status: '5.1.1', reason: '550 5.1.1 no such user' });

    it('takes what SendGrid signed', async () => {
      expect(await on.taken('sendgrid', sendgridPost([bounce()]))).toBe(1);
      expect(await on.outcome()).toEqual(on.bounced('sendgrid'));
    });

    it('takes many events at once, and each of them once', async () => {
      const events = [
        event({ event: 'processed', sg_event_id: 'sg-0' }),
        event({ event: 'deferred', response: '451 4.3.0 try again', sg_event_id: 'sg-1' }),
        event({ event: 'delivered', response: '250 ok', sg_event_id: 'sg-2' }),
        event({ event: 'delivered', response: '250 ok', sg_event_id: 'sg-2' }),
        event({ event: 'open', sg_event_id: 'sg-3' }),
      ];
      expect(await on.taken('sendgrid', sendgridPost(events))).toBe(2);
      expect(await on.taken('sendgrid', sendgridPost(events))).toBe(0);
      expect(await on.outcome()).toMatchObject({
        state: 'sent',
        evidence: [{ kind: 'delayed' }, { kind: 'delivered' }],
      });
    });

    it.each([
      [{ event: 'bounce', type: 'blocked', reason: '550 5.7.1 blocked' }, 'blocked', []],
      [
        {
          event: 'bounce',
          type: 'bounce',
          status: '5.0.0',
          reason: 'refused',
          bounce_classification: 'Invalid Address',
        },
        'address_refused',
        stopped,
      ],
      [{ event: 'dropped', reason: 'Bounced Address' }, 'address_refused', stopped],
      [{ event: 'dropped', reason: 'Spam Reporting Address' }, 'blocked', []],
    ])('reads %o', async (change, reason, suppressions) => {
      await on.taken('sendgrid', sendgridPost([event(change)]));
      expect(await on.outcome()).toMatchObject({ state: 'bounced', reason, suppressions });
    });

    it('refuses what was changed, what is old, and what is not signed', async () => {
      const posted = sendgridPost([bounce()]);
      expect(await on.refused('sendgrid', { ...posted, body: `${posted.body} ` })).toBe('bad_signature');
      expect(
        await on.refused('sendgrid', { ...posted, headers: { 'content-type': 'application/json' } }),
      ).toBe('bad_signature');
      expect(await on.refused('sendgrid', sendgridPost([bounce()], '1000000000'))).toBe('too_old');
    });
  });

  describe('of Mailgun', () => {
    const failed = (change: object = {}) => ({
      ...{
        event: 'failed',
        severity: 'permanent',
        reason: 'bounce',
        recipient: address,
        id: 'mg-1',
        timestamp: 1_936_000_000.1,
      },
      message: { headers: { 'message-id': on.messageId.slice(1, -1), to: address } },
      'delivery-status': { code: 550, message: '5.1.1 no such user', 'attempt-no': 1 },
      ...change,
    });

    it('takes what Mailgun signed', async () => {
      expect(await on.taken('mailgun', mailgunPost(failed()))).toBe(1);
      expect(await on.outcome()).toEqual(on.bounced('mailgun'));
    });

    it('lets a token act once, whatever comes with it: the signature does not cover the event', async () => {
      expect(await on.taken('mailgun', mailgunPost({ ...failed(), event: 'delivered' }))).toBe(1);
      expect(await on.taken('mailgun', mailgunPost(failed()))).toBe(0);
      expect(await on.outcome()).toMatchObject(sentLike('delivered'));
    });

    it.each([
      [
        { severity: 'temporary', 'delivery-status': { code: 451, message: 'try later' } },
        sentLike('delayed'),
      ],
      [
        { event: 'complained' },
        { state: 'sent', suppressions: [{ address, class: 'marketing', reason: 'complaint' }] },
      ],
      [
        {
          reason: 'suppress-bounce',
          'delivery-status': { code: 605, message: 'Not delivering to previously bounced address' },
        },
        { state: 'bounced', suppressions: stopped },
      ],
      [{ event: 'opened' }, { state: 'sent', evidence: [] }],
    ])('reads %o', async (change, expected) => {
      await on.taken('mailgun', mailgunPost(failed(change)));
      expect(await on.outcome()).toMatchObject(expected);
    });

    it('refuses what is signed otherwise, what is old, and what bears no signature', async () => {
      const posted = mailgunPost(failed());
      expect(await on.refused('mailgun', { ...posted, body: posted.body.replace('ffff', 'fffe') })).toBe(
        'bad_signature',
      );
      expect(await on.refused('mailgun', mailgunPost(failed(), { timestamp: '1000000000' }))).toBe('too_old');
      expect(
        await on.refused('mailgun', { ...posted, body: JSON.stringify({ 'event-data': failed() }) }),
      ).toBe('bad_signature');
      expect(await on.refused('mailgun', { ...posted, body: '[]' })).toBe('bad_signature');
    });
  });

  describe('of Postmark', () => {
    const bounce = (change: object = {}) => ({
      ...{ RecordType: 'Bounce', ID: 42, Type: 'HardBounce', TypeCode: 1, MessageID: 'pm-1', Email: address },
      ...{
        BouncedAt: '2031-05-06T09:28:00Z',
        Details: 'smtp;550 5.1.1 The account does not exist',
        Metadata: { 'aftercare-delivery': on.id },
      },
      ...change,
    });

    it('takes what comes with the password', async () => {
      expect(await on.taken('postmark', postmarkPost(bounce()))).toBe(1);
      expect(await on.outcome()).toEqual(on.bounced('postmark'));
      expect(await on.taken('postmark', postmarkPost(bounce()))).toBe(0);
    });

    it('finds the delivery in the bounce that is sent along, where there is no metadata', async () => {
      await on.taken(
        'postmark',
        postmarkPost(bounce({ Metadata: {}, Content: `Sorry.\r\n\r\nX-Aftercare-Delivery: ${on.id}\r\n` })),
      );
      expect(await on.outcome()).toEqual(on.bounced('postmark'));
    });

    it('stops letters to a dead address also where nothing names the delivery', async () => {
      await on.taken('postmark', postmarkPost(bounce({ Metadata: {} })));
      expect(await on.outcome()).toMatchObject({
        state: 'sent',
        suppressions: stopped,
        evidence: [{ delivery_id: null }],
      });
    });

    it.each([
      ['SoftBounce', 'Mailbox full', { state: 'bounced', reason: 'mailbox_full', suppressions: [] }],
      ['Transient', 'timed out', sentLike('delayed')],
      ['AutoResponder', 'I am away', sentLike('auto_reply')],
      ['SpamNotification', 'no thanks', { state: 'bounced', reason: 'blocked', suppressions: [] }],
      ['SomethingNew', 'what', sentLike('unclear')],
    ])('reads %s', async (Type, Details, expected) => {
      await on.taken('postmark', postmarkPost(bounce({ Type, Details })));
      expect(await on.outcome()).toMatchObject(expected);
    });

    it('reads complaints and deliveries', async () => {
      await on.taken(
        'postmark',
        postmarkPost(bounce({ RecordType: 'Delivery', ID: undefined, Type: undefined, Recipient: address })),
      );
      await on.taken(
        'postmark',
        postmarkPost(bounce({ RecordType: 'SpamComplaint', Type: 'SpamComplaint' })),
      );
      expect(await on.outcome()).toMatchObject({
        state: 'sent',
        suppressions: [{ class: 'marketing', reason: 'complaint' }],
        evidence: [{ kind: 'delivered' }, { kind: 'complaint' }],
      });
    });

    it.each(['harbour:wrong', '', 'harbour:', `${postmarkLogin} `])(
      'refuses the password %j',
      async (login) => {
        expect(await on.refused('postmark', postmarkPost(bounce(), login))).toBe('bad_signature');
      },
    );
  });

  it('refuses what is larger than events are', async () => {
    const response = await on.post('postmark', { ...postmarkPost({}), body: 'x'.repeat(1_100_000) });
    expect(response.status).toBe(413);
  });

  it.each(['null', '[]', '{}', '[null]', '"x"', '{"event-data":[]}', ''])(
    'falls over nothing that is signed, not %j',
    async (body) => {
      const response = await on.post('postmark', { ...postmarkPost({}), body });
      expect([200, 400]).toContain(response.status);
    },
  );
});

function sentLike(kind: string) {
  return { state: 'sent', suppressions: [], evidence: [{ kind }] };
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { address, certificateUrl, sesEvent, sns, webhookHarness } from './webhooks-fixture.js';

describe('the webhook of SES', () => {
  let on: Awaited<ReturnType<typeof webhookHarness>>;
  beforeAll(async () => {
    on = await webhookHarness();
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  const headers = () => [
    { name: 'X-Aftercare-Delivery', value: on.id },
    { name: 'Message-ID', value: on.messageId },
  ];
  const bounce = (change: object = {}) =>
    sesEvent(
      'Bounce',
      {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [
          {
            emailAddress: address,
            action: 'failed',
            status: '5.1.1',
            diagnosticCode: 'smtp; 550 5.1.1 user unknown',
          },
        ],
        feedbackId: 'feedback-1',
        ...change,
      },
      headers(),
    );

  it.each(['1', '2'] as const)('takes what Amazon signed by version %s', async (version) => {
    expect(await on.taken('ses', sns(bounce(), {}, version))).toBe(1);
    expect(await on.outcome()).toEqual(on.bounced('ses'));
  });

  it('lets what Amazon says twice act once', async () => {
    const full = [{ emailAddress: address, status: '5.2.2', diagnosticCode: 'smtp; 552 5.2.2 full' }];
    const said = sns(
      bounce({ bounceType: 'Transient', bounceSubType: 'MailboxFull', bouncedRecipients: full }),
    );
    expect(await on.taken('ses', said)).toBe(1);
    const once = await on.outcome();
    expect(once).toMatchObject({ state: 'bounced', evidence: [{ kind: 'bounced' }] });
    expect(await on.taken('ses', said)).toBe(0);
    expect(await on.outcome()).toEqual(once);
    // It counts against the address once as well.
    expect(
      await on.database.dataSource.query(`SELECT soft_in_row FROM address_health WHERE address = $1`, [
        address,
      ]),
    ).toEqual([{ soft_in_row: 1 }]);
  });

  it('reads a certificate once', async () => {
    const fresh = await on.start();
    for (const time of [1, 2, 3]) await on.post('ses', sns(bounce(), { MessageId: `m${time}` }), fresh);
    await fresh.close();
    expect(on.fetched).toEqual([certificateUrl]);
  });

  it('confirms the subscription of a topic of ours, and of no other', async () => {
    const SubscribeURL = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
    const asked = { Type: 'SubscriptionConfirmation', SubscribeURL, Token: 't' };
    expect(await on.taken('ses', sns('You have chosen to subscribe', asked))).toBe(0);
    expect(on.fetched).toContain(SubscribeURL);
    const elsewhere = sns('You have chosen', {
      ...asked,
      SubscribeURL: 'https://evil.example/sns.amazonaws.com',
    });
    expect(await on.refused('ses', elsewhere)).toBe('bad_signature');
    const other = sns('You have chosen', {
      ...asked,
      TopicArn: 'arn:aws:sns:eu-central-1:999999999999:evil',
    });
    expect(await on.refused('ses', other)).toBe('bad_signature');
    expect(on.fetched.filter((url) => url === SubscribeURL)).toHaveLength(1);
  });

  it.each([
    'https://evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://bucket.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    'https://sns.eu-central-1.amazonaws.com/anything.pem',
  ])('fetches no certificate from %s', async (url) => {
    const posted = sns(bounce());
    posted.body = posted.body.replace(JSON.stringify(certificateUrl), JSON.stringify(url));
    expect(await on.refused('ses', posted)).toBe('bad_signature');
    expect(on.fetched).not.toContain(url);
  });

  it('refuses what was changed, what is old, and what is signed by a rule that there is not', async () => {
    const posted = sns(bounce());
    expect(await on.refused('ses', { ...posted, body: posted.body.replace('Permanent', 'Transient') })).toBe(
      'bad_signature',
    );
    expect(
      await on.refused('ses', {
        ...posted,
        body: posted.body.replace('"SignatureVersion":"2"', '"SignatureVersion":"3"'),
      }),
    ).toBe('bad_signature');
    expect(await on.refused('ses', sns(bounce(), { Timestamp: '2031-05-04T09:00:00.000Z' }))).toBe('too_old');
    expect(await on.refused('ses', { ...posted, body: 'not json' })).toBe('bad_body');
  });

  it.each([
    ['Complaint', { complainedRecipients: [{ emailAddress: address }], feedbackId: 'f' }, 'complaint', null],
    ['Delivery', { recipients: [address], smtpResponse: '250 ok' }, 'delivered', null],
    [
      'DeliveryDelay',
      { delayedRecipients: [{ emailAddress: address, status: '4.4.1' }] },
      'delayed',
      'temporary',
    ],
    [
      'Bounce',
      { bounceType: 'Transient', bounceSubType: 'General', bouncedRecipients: [{ emailAddress: address }] },
      'unclear',
      null,
    ],
  ])('reads %s', async (type, part, kind, detail) => {
    await on.taken('ses', sns(sesEvent(type, part, headers())));
    expect(await on.outcome()).toMatchObject({
      state: 'sent',
      evidence: [{ kind, detail, delivery_id: on.id }],
    });
  });

  it('reads a full mailbox as no dead one', async () => {
    const recipients = [{ emailAddress: address, status: '5.2.2', diagnosticCode: 'smtp; 552 5.2.2 full' }];
    await on.taken(
      'ses',
      sns(bounce({ bounceType: 'Transient', bounceSubType: 'MailboxFull', bouncedRecipients: recipients })),
    );
    expect(await on.outcome()).toMatchObject({ state: 'bounced', reason: 'mailbox_full', suppressions: [] });
  });
});

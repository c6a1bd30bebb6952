import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../src/platform/audit/audit.service.js';
import { LimitsService } from '../../src/features/deliveries/limits.service.js';
import { harness, until, type Harness } from '../integration/deliver-fixture.js';
import { limits, morning, onceOn, runAsOf } from '../integration/gate-fixture.js';
import { staffCookie } from '../support/sign-in.js';

let on: Harness;
const cookies: Record<string, string> = {};
beforeAll(async () => {
  on = await harness();
  for (const role of ['admin', 'marketing', 'compliance', 'service'] as const) {
    cookies[role] = await staffCookie(on.app, role);
  }
});
afterEach(async () => {
  await on.reset();
  await on.sql(`UPDATE contact_limits SET sending_stopped_at = NULL`);
});
afterAll(() => on.close());

async function call(method: string, path: string, role: string, body?: unknown) {
  const response = await fetch(`${on.app.url}/api/staff/${path}`, {
    method,
    headers: {
      cookie: cookies[role]!,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? null : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** What the audit log says, newest last. */
const audited = (action: string) =>
  on.sql<{ actor: string; subject: string; detail: Record<string, unknown> }>(
    `SELECT actor, subject, detail FROM audit_log WHERE action = $1 ORDER BY entry_no`,
    [action],
  );

describe('the limits of contact', () => {
  const given = {
    cap: { contacts: 2, days: 14 },
    capCountsService: true,
    hours: { opens: '07:30', closes: '24:00' },
    globalHoldout: 0.05,
  };

  it('are read by any staff, changed by compliance, and every change is in the audit log', async () => {
    const before = (await call('GET', 'contact-limits', 'service')).body;
    expect(before).toMatchObject({
      cap: { contacts: 0 },
      hours: { opens: '00:00', closes: '24:00' },
    });
    expect((await call('PUT', 'contact-limits', 'marketing', given)).status).toBe(403);
    expect(await call('PUT', 'contact-limits', 'compliance', given)).toEqual({ status: 200, body: given });
    expect((await call('GET', 'contact-limits', 'service')).body).toEqual(given);
    expect(await audited('contact_limits.changed')).toMatchObject([{ detail: { before, after: given } }]);
    await on.app.get(LimitsService).set(before as never, 'test');
  });

  it.each([
    ['hours that end before they begin', { ...given, hours: { opens: '21:00', closes: '08:00' } }],
    ['an hour that is none', { ...given, hours: { opens: '8', closes: '21:00' } }],
    ['a cap over no days', { ...given, cap: { contacts: 1, days: 0 } }],
    ['half a contact', { ...given, cap: { contacts: 0.5, days: 7 } }],
    ['a field that is none', { ...given, quiet: true }],
  ])('refuse %s', async (_what, body) => {
    expect((await call('PUT', 'contact-limits', 'admin', body)).status).toBe(400);
  });

  it('know days without contact, by region', async () => {
    const day = { region: 'US-CA', day: '2031-07-04', name: 'Independence Day' };
    const path = 'contact-limits/no-contact-days';
    expect((await call('PUT', `${path}/US-CA/2031-07-04`, 'marketing', { name: 'x' })).status).toBe(403);
    expect((await call('PUT', `${path}/California/2031-07-04`, 'admin', { name: 'x' })).status).toBe(400);
    expect((await call('PUT', `${path}/US-CA/2031-02-30`, 'admin', { name: 'x' })).status).toBe(400);
    expect((await call('PUT', `${path}/US-CA/2031-07-04`, 'admin', { name: day.name })).body).toEqual(day);
    expect((await call('PUT', `${path}/*/2031-12-25`, 'admin', { name: 'Christmas' })).status).toBe(200);
    expect((await call('GET', `${path}?from=2031-07-01&to=2031-12-24`, 'service')).body).toEqual({
      items: [day],
    });
    expect((await call('DELETE', `${path}/US-CA/2031-07-04`, 'compliance')).status).toBe(204);
    expect((await call('DELETE', `${path}/US-CA/2031-07-04`, 'compliance')).status).toBe(404);
    expect((await call('DELETE', `${path}/*/2031-12-25`, 'compliance')).status).toBe(204);
    expect(await audited('no_contact_day.deleted')).toMatchObject([{ subject: 'US-CA 2031-07-04' }, {}]);
  });
});

describe('the emergency stop', () => {
  it('takes one click, holds everything at once, and lets all of it go when it is over', async () => {
    await limits(on, {});
    await on.people(40);
    await onceOn(on, { key: 'legal', class: 'legal' });
    await onceOn(on, { key: 'offer' });
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 60 } : null);
    const running = runAsOf(on, morning);
    await until('the first letters have gone', () => on.sink.arrived.length >= 5);
    const stopped = await call('POST', 'sending/stop', 'marketing', { reason: 'The wrong letter' });
    // What was being handed over at that moment has a connection each, and no more.
    const inFlight = 4;
    const gone = on.sink.arrived.length + inFlight;
    expect(stopped).toMatchObject({ status: 200, body: { stopped: true, reason: 'The wrong letter' } });
    const left = await running;
    expect(left.going).toBeGreaterThan(0);
    expect(on.sink.arrived.length).toBeLessThanOrEqual(gone);
    expect((await call('GET', 'today', 'service')).body).toMatchObject({
      sending: { on: false, reason: 'stopped' },
    });

    const again = await runAsOf(on, morning);
    expect(on.sink.arrived.length).toBeLessThanOrEqual(gone);
    // Those that were being handed over have ended meanwhile.
    expect(left.going - again.going).toBeLessThanOrEqual(inFlight);
    expect((await call('POST', 'sending/resume', 'marketing')).status).toBe(403);
    expect((await call('POST', 'sending/stop', 'admin', { reason: 'Again' })).body).toMatchObject({
      reason: 'The wrong letter',
    });

    expect((await call('POST', 'sending/resume', 'compliance')).body).toMatchObject({ stopped: false });
    on.sink.script = () => null;
    expect(await runAsOf(on, morning)).toEqual({ going: 0, held: 0 });
    expect(new Set(on.sink.arrived.map(({ deliveryId }) => deliveryId)).size).toBe(80);
    expect(on.sink.arrived).toHaveLength(80);
    expect(await audited('sending.stopped')).toMatchObject([{ detail: { reason: 'The wrong letter' } }]);
    expect(await audited('sending.resumed')).toMatchObject([{ detail: { reason: 'The wrong letter' } }]);
    expect(await on.app.get(AuditService).verify()).toMatchObject({ valid: true });
  });
});

describe('a test letter', () => {
  it('goes to whoever asked, as a customer would get it, counts as nobody’s contact, and is in the audit log', async () => {
    await on.people(1);
    await onceOn(on, { key: 'offer' });
    const sent = await call('POST', 'campaigns/offer/test-send', 'marketing', {});
    expect(sent).toMatchObject({
      status: 200,
      body: {
        to: 'marketing@desk.example.com',
        version: 1,
        step: 's',
        subject: expect.stringMatching(/^\[Test\] /),
      },
    });
    expect(on.sink.accepted).toMatchObject([{ to: 'marketing@desk.example.com', deliveryId: null }]);
    expect(on.sink.accepted[0]!.messageId).toBe(sent.body!['messageId']);
    expect(await on.rows()).toEqual([]);
    expect(await audited('campaign.test_sent')).toMatchObject([
      { subject: 'offer', detail: { step: 's', to: 'marketing@desk.example.com' } },
    ]);
  });

  it('goes through the same gate: not while all sending is stopped, and not to an address that bounced', async () => {
    await onceOn(on, { key: 'offer' });
    await on.sql(
      `INSERT INTO suppressions (address, reason) VALUES ('Marketing@desk.example.com', 'hard_bounce')`,
    );
    expect(await call('POST', 'campaigns/offer/test-send', 'marketing', {})).toMatchObject({
      status: 409,
      body: { code: 'not_sent', detail: expect.stringContaining('bounced') },
    });
    await call('POST', 'sending/stop', 'admin', { reason: 'x' });
    expect(await call('POST', 'campaigns/offer/test-send', 'admin', {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('stopped') },
    });
    expect(on.sink.arrived).toEqual([]);
  });

  it('is of a step that is there and is a letter, and for those who work on campaigns', async () => {
    await onceOn(on, { key: 'offer' });
    expect((await call('POST', 'campaigns/offer/test-send', 'marketing', { step: 'x' })).status).toBe(404);
    expect((await call('POST', 'campaigns/offer/test-send', 'marketing', { variant: 'x' })).status).toBe(404);
    expect((await call('POST', 'campaigns/none/test-send', 'marketing', {})).status).toBe(404);
    expect((await call('POST', 'campaigns/offer/test-send', 'service', {})).status).toBe(403);
  });
});

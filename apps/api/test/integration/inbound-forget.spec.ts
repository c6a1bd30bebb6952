import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ForgetEvidenceService } from '../../src/features/inbound/forget-evidence.service.js';
import { dsn, inboundHarness, mail, mailbox, type InboundHarness } from './inbound-fixture.js';

let on: InboundHarness;
beforeAll(async () => {
  on = await inboundHarness();
});
afterAll(() => on.close());

const daysAgo = (days: number) => Temporal.Now.instant().subtract({ hours: 24 * days });

it('reports of long ago are forgotten when somebody says so, and what followed from them stays', async () => {
  await on.people(1);
  await on.campaign();
  await on.plan();
  const id = await on.pretendSent();
  await on.hand(dsn({ status: '5.1.1', diagnostic: '550 5.1.1 no such user' }), on.returnPath(id));
  await on.sql(`ALTER TABLE delivery_evidence DISABLE TRIGGER delivery_evidence_append_only`);
  await on.sql(`UPDATE delivery_evidence SET recorded_at = now() - interval '400 days'`);
  await on.sql(`ALTER TABLE delivery_evidence ENABLE TRIGGER delivery_evidence_append_only`);
  await on.hand(mail([`In-Reply-To: <${id}@harbour-mutual.example.com>`], 'Thank you.'), mailbox);
  expect((await on.evidence()).map(({ kind }) => kind)).toEqual(['bounced', 'reply']);

  const service = on.app.get(ForgetEvidenceService);
  await expect(service.forget(daysAgo(29), 'test')).rejects.toMatchObject({ code: 'too_recent' });
  expect(await service.forget(daysAgo(365), 'test')).toBe(1);
  expect((await on.evidence()).map(({ kind }) => kind)).toEqual(['reply']);
  expect(await on.row('c1')).toMatchObject({ state: 'bounced', reason: 'address_refused' });
  expect(await on.suppressions()).toMatchObject([{ reason: 'hard_bounce' }]);
  expect(
    await on.sql(`SELECT actor, action, detail FROM audit_log WHERE subject = 'evidence'`),
  ).toMatchObject([{ actor: 'test', action: 'evidence.forgotten', detail: { reports: 1 } }]);

  // In any other way nobody deletes, and nobody changes.
  await expect(on.sql(`DELETE FROM delivery_evidence`)).rejects.toThrow('append-only');
  await expect(on.sql(`UPDATE delivery_evidence SET status = '2.0.0'`)).rejects.toThrow('append-only');
});

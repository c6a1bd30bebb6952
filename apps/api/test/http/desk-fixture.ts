import { testApp } from '../support/app.js';
import { testDatabase } from '../support/database.js';
import { SettableClock } from '../support/settable-clock.js';
import { staffCookie } from '../support/sign-in.js';
import { insertCampaign, insertDelivery, insertSmallBook, smallBookNow } from '../support/small-book.js';

/** The desk over the small book and a ledger of eight rows, as a member of staff sees it. */
export interface Desk {
  /** A row that was sent, and one that waits for its day. */
  deliveries: { sent: string; waiting: string };
  get(path: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function openDesk(): Promise<Desk> {
  const database = await testDatabase();
  const app = await testApp({ database, clock: new SettableClock(smallBookNow) });
  await insertSmallBook(database.dataSource);
  await insertCampaign(database.dataSource, 'news', { class: 'marketing', topic: 'newsletter' });
  const add = (given: Parameters<typeof insertDelivery>[1]) => insertDelivery(database.dataSource, given);
  const ofAna = { customerId: 'C1', policyId: 'MOT-10001' };
  const sent = await add({
    ...ofAna,
    anchorDate: '2026-11-19',
    sentAt: '2026-11-19T20:00:00Z',
    subject: 'Your renewal',
  });
  // The tests' own zone is Kathmandu: its 22 November begins at 18:15 UTC on the 21st.
  await add({
    ...ofAna,
    anchorDate: '2026-11-01',
    dueAt: '2026-11-21T18:14:59Z',
    state: 'suppressed',
    reason: 'unsubscribed',
  });
  await add({
    ...ofAna,
    anchorDate: '2026-11-02',
    dueAt: '2026-11-21T18:15:00Z',
    sentAt: '2026-11-21T18:15:01Z',
  });
  await add({
    ...ofAna,
    anchorDate: '2026-11-03',
    dueAt: '2026-11-22T08:00:00Z',
    state: 'suppressed',
    reason: 'unsubscribed',
  });
  await add({
    ...ofAna,
    anchorDate: '2026-11-04',
    dueAt: '2026-11-22T08:00:00Z',
    state: 'failed',
    reason: 'missing_variable',
  });
  await add({
    customerId: 'C2',
    policyId: 'MOT-20001',
    anchorDate: '2026-11-05',
    dueAt: '2026-11-22T08:40:00Z',
    state: 'planned',
  });
  await add({
    campaign: 'news',
    ...ofAna,
    anchorDate: '2026-11-06',
    dueAt: '2026-10-01T08:00:00Z',
    state: 'in_doubt',
  });
  const waiting = await add({
    ...ofAna,
    step: 't-7',
    anchorDate: '2026-12-20',
    dueAt: '2026-12-12T20:00:00Z',
    state: 'planned',
  });
  const cookie = await staffCookie(app, 'service');
  return {
    deliveries: { sent, waiting },
    get: async (path) => (await fetch(`${app.url}/api/staff/${path}`, { headers: { cookie } })).json(),
    async close() {
      await app.close();
      await database.close();
    },
  };
}

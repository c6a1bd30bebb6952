import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { todaySchema } from '../../src/features/desk/today.schemas.js';
import { openDesk, type Desk } from './desk-fixture.js';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

describe('Today', () => {
  test('counts what is due on the server’s own day, campaign by campaign', async () => {
    const today = todaySchema.parse(await desk.get('today'));
    expect(today).toMatchObject({
      timeZone: expect.stringMatching(/^Asia\/Kath?mandu$/) as string,
      dayFrom: '2026-11-21T18:15:00.000Z',
      dayTo: '2026-11-22T18:15:00.000Z',
      counts: {
        dueToday: 4,
        sentToday: 1,
        plannedToday: 1,
        suppressedToday: 1,
        failedToday: 1,
        bouncedToday: 0,
        expiredToday: 0,
        heldOutToday: 0,
        inDoubt: 1,
      },
      optedOut: { today: 0, week: 1 },
      complaints: { today: 1, week: 1 },
    });
    expect(today.campaigns).toEqual([
      expect.objectContaining({
        key: 'motor-renewal',
        class: 'service',
        nextDueAt: '2026-11-22T08:40:00.000Z',
        states: expect.objectContaining({
          sent: 1,
          suppressed: 1,
          failed: 1,
          planned: 1,
          in_doubt: 0,
        }) as object,
      }),
    ]);
  });

  test('tells what is stuck, worst first, and that nobody is working it off', async () => {
    const today = todaySchema.parse(await desk.get('today'));
    expect(today.sending).toEqual({ on: true, reason: 'no_worker', since: '2026-11-22T08:40:00.000Z' });
    expect(
      today.stuck.map(({ kind, campaignKey, count, reason }) => [kind, campaignKey, count, reason]),
    ).toEqual([
      ['no_worker', null, 1, null],
      ['failed', 'motor-renewal', 1, 'missing_variable'],
      ['in_doubt', 'news', 1, null],
      ['overdue', 'motor-renewal', 1, null],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { judgeStanding, waitOf, type Situation } from './standing.js';

const now = new Date('2031-05-06T10:00:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const quiet: Situation = {
  ...{
    now,
    sendingOff: false,
    stop: null,
    workersAlive: 1,
    schedulersAlive: 1,
    workerSeenAt: now,
    schedulerSeenAt: now,
  },
  ...{ mailServer: null, limit: null, perSecond: 0, planningBehindSeconds: 10 },
  ...{ ready: 0, working: 0, putOff: 0, held: 0, oldestDueAt: null, movedAt: null },
};
const busy: Situation = {
  ...quiet,
  ready: 500,
  working: 20,
  oldestDueAt: ago(3600),
  movedAt: ago(3),
  perSecond: 100,
};
const standing = (change: Partial<Situation>, of = busy) => judgeStanding({ ...of, ...change });
const codes = (change: Partial<Situation>, of = busy) => standing(change, of).causes.map(({ code }) => code);

describe('how sending stands', () => {
  it('is idle with nothing to do, and sending while something moves', () => {
    expect(standing({}, quiet)).toEqual({ standing: 'idle', stalledSince: null, causes: [] });
    expect(standing({})).toEqual({ standing: 'sending', stalledSince: null, causes: [] });
  });

  it('waits for what has its time, and is held where somebody must let it go', () => {
    expect(standing({ putOff: 5, held: 3 }, quiet).standing).toBe('waiting');
    expect(standing({ held: 3 }, quiet).standing).toBe('held');
  });

  it('has stalled when nothing moved for more than a minute with rows ready, and says since when', () => {
    expect(standing({ movedAt: ago(59) }).standing).toBe('sending');
    expect(standing({ movedAt: ago(61) })).toMatchObject({ standing: 'stalled', stalledSince: ago(61) });
    expect(standing({ movedAt: null })).toMatchObject({ standing: 'stalled', stalledSince: ago(3600) });
    // It has only just fallen due: nobody has kept it waiting.
    expect(standing({ movedAt: ago(90_000), oldestDueAt: ago(20) }).standing).toBe('sending');
  });

  it('does not call a limit of one message in five minutes a stall', () => {
    expect(standing({ movedAt: ago(290), limit: 1 / 300 }).standing).toBe('sending');
    expect(standing({ movedAt: ago(901), limit: 1 / 300 }).standing).toBe('stalled');
  });

  it.each<[string, Partial<Situation>]>([
    ['no_worker', { workersAlive: 0, workerSeenAt: ago(400) }],
    ['no_scheduler', { schedulersAlive: 0 }],
    ['mail_server', { mailServer: { since: ago(300), until: null, detail: 'unreachable' } }],
    ['planning_behind', { planningBehindSeconds: 900 }],
    ['workers_silent', {}],
    ['not_released', { working: 0 }],
  ])('names %s as what has stalled it', (code, change) => {
    const judged = standing({ movedAt: ago(300), ...change });
    expect(judged.standing).toBe('stalled');
    expect(judged.causes.map((cause) => cause.code)).toEqual([code]);
  });

  it('names several causes, worst first', () => {
    expect(
      codes({ movedAt: ago(300), workersAlive: 0, schedulersAlive: 0, planningBehindSeconds: 900 }),
    ).toEqual(['no_worker', 'no_scheduler', 'planning_behind']);
  });

  it('says that it is stopped or off before all else', () => {
    const stop = { at: ago(30), reason: 'Wrong premium in the letter' };
    expect(standing({ stop, movedAt: ago(300) })).toMatchObject({
      standing: 'stopped',
      causes: [{ code: 'stopped', since: ago(30), detail: 'Wrong premium in the letter' }],
    });
    expect(standing({ sendingOff: true, stop, workersAlive: 0 }).standing).toBe('off');
    expect(codes({ sendingOff: true, workersAlive: 0 })).toEqual(['sending_off']);
  });

  it('says that the limit sets the pace, while it does', () => {
    expect(codes({ limit: 100, perSecond: 99 })).toEqual(['rate_limit']);
    expect(codes({ limit: 100, perSecond: 60 })).toEqual([]);
  });
});

describe('what rows wait for', () => {
  const rows = { approved: true, reason: null, from: null };
  it.each([
    ['ready', rows, 'active'],
    ['ready', { ...rows, reason: 'mail_server_trouble' }, 'active'],
    ['paused', rows, 'paused'],
    ['not_active', rows, 'stopped'],
    ['not_active', rows, undefined],
    ['not_approved', { ...rows, approved: false }, 'active'],
    ['quiet_hours', { ...rows, reason: 'quiet_hours', from: now }, 'active'],
    ['warm_up', { ...rows, reason: 'warm_up', from: now }, 'active'],
    ['later', { ...rows, reason: 'no_reply', from: now }, 'active'],
  ])('%s', (wait, given, state) => expect(waitOf(given, state)).toBe(wait));
});

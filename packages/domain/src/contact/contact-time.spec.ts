import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { zoneArbitrary } from '../testing/values.js';
import { addDays } from '../time/civil-date.js';
import { anyHour, contactTime, hoursOfContact, lastContactDay, type ContactTiming } from './contact-time.js';

const instant = (text: string) => Temporal.Instant.from(text);
const mail = { class: 'marketing', channel: 'email' } as const;

function timing(change: Partial<ContactTiming> = {}): ContactTiming {
  return {
    zone: 'UTC',
    hours: { opens: '08:00', closes: '21:00' },
    closedDays: new Set(),
    dueAt: instant('2026-11-20T09:30:00Z'),
    expiresAt: instant('2026-12-31T00:00:00Z'),
    ...change,
  };
}

describe('contactTime', () => {
  it.each([
    ['2026-11-22T07:59:59Z', 'UTC', '2026-11-22T08:00:00Z', '2026-11-22'],
    ['2026-11-22T21:00:00Z', 'UTC', '2026-11-23T08:00:00Z', '2026-11-23'],
    ['2026-11-22T23:30:00Z', 'Asia/Kathmandu', '2026-11-23T02:15:00Z', '2026-11-23'],
    // Clocks go forward on the night between: the day's first hour is an hour sooner in UTC.
    ['2026-03-28T22:30:00Z', 'Europe/Paris', '2026-03-29T06:00:00Z', '2026-03-29'],
  ])('at %s in %s it waits until %s', (now, zone, until, contactOn) => {
    expect(contactTime(mail, timing({ zone }), instant(now))).toEqual({
      ...{ open: false, reason: 'quiet_hours', contactOn },
      until: instant(until),
    });
  });

  it('waits over holidays for the same time of the next day that is none', () => {
    const holidays = timing({ closedDays: new Set(['2026-12-25', '2026-12-26']) });
    expect(contactTime(mail, holidays, instant('2026-12-25T09:30:00Z'))).toMatchObject({
      ...{ reason: 'no_contact_day', contactOn: '2026-12-27', until: instant('2026-12-27T09:30:00Z') },
    });
    expect(contactTime(mail, holidays, instant('2026-12-24T22:00:00Z'))).toMatchObject({
      ...{ reason: 'quiet_hours', contactOn: '2026-12-27', until: instant('2026-12-27T08:00:00Z') },
    });
  });

  it('goes at the first hour of a day where the time it was due is outside the hours or the window', () => {
    const closedDays = new Set(['2026-11-22']);
    const now = instant('2026-11-22T12:00:00Z');
    const dueAt = instant('2026-11-20T05:00:00Z');
    const until = instant('2026-11-23T08:00:00Z');
    expect(contactTime(mail, timing({ closedDays, dueAt }), now)).toMatchObject({ until });
    const expiresAt = instant('2026-11-23T09:00:00Z');
    expect(contactTime(mail, timing({ closedDays, expiresAt }), now)).toMatchObject({ until });
  });

  it('gives up where the window ends first, or no hour is left', () => {
    const now = instant('2026-11-22T22:00:00Z');
    const expiresAt = instant('2026-11-23T07:59:59Z');
    expect(contactTime(mail, timing({ expiresAt }), now)).toMatchObject({ open: false, until: null });
    const hours = hoursOfContact({ opens: '08:00', closes: '12:00' }, { opens: '13:00', closes: '24:00' });
    expect(contactTime(mail, timing({ hours }), now)).toMatchObject({ open: false, until: null });
  });

  it('narrows the hours of a house by the law of a region, and gives none to a house that keeps none', () => {
    const house = { opens: '07:00', closes: '22:00' };
    expect(hoursOfContact(house, { opens: '08:00', closes: '21:00' })).toEqual({
      opens: '08:00',
      closes: '21:00',
    });
    expect(hoursOfContact(house, null)).toEqual(house);
    expect(hoursOfContact(anyHour, { opens: '08:00', closes: '21:00' })).toEqual(anyHour);
  });

  it('lets a legal notice go at any time, a service message on any day, a notice or a task at any hour', () => {
    const closed = timing({ closedDays: new Set(['2026-11-22']) });
    const [night, noon] = [instant('2026-11-22T03:00:00Z'), instant('2026-11-22T12:00:00Z')];
    const open = { open: true, today: '2026-11-22' };
    expect(contactTime({ class: 'legal', channel: 'email' }, closed, night)).toEqual(open);
    expect(contactTime({ class: 'service', channel: 'email' }, closed, noon)).toEqual(open);
    expect(contactTime({ class: 'service', channel: 'portal' }, closed, night)).toEqual(open);
    expect(contactTime({ class: 'marketing', channel: 'task' }, closed, noon)).toMatchObject({ open: false });
  });

  it('never opens outside the hours or on a closed day, and where it says to come back it is open', () => {
    const minute = fc.integer({ min: 0, max: 24 * 60 }).map((value) => {
      return `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`;
    });
    fc.assert(
      fc.property(
        zoneArbitrary.map((zone) => zone ?? 'UTC'),
        fc.tuple(minute, minute),
        fc.integer({ min: 0, max: 400 * 24 * 60 }),
        fc.integer({ min: 0, max: 20 * 24 * 60 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 8 }),
        (zone, [opens, closes], minutes, lasting, closed) => {
          const now = instant('2026-01-01T00:00:00Z').add({ minutes });
          const local = now.toZonedDateTimeISO(zone);
          const today = local.toPlainDate().toString();
          const given = timing({
            ...{ zone, hours: { opens, closes }, dueAt: now, expiresAt: now.add({ minutes: lasting }) },
            closedDays: new Set(closed.map((days) => addDays(today, days))),
          });
          const decision = contactTime(mail, given, now);
          const time = local.toPlainTime().toString().slice(0, 5);
          const mayGo = time >= opens && time < closes && !given.closedDays.has(today);
          expect(decision.open).toBe(mayGo);
          if (decision.open || decision.until === null) return;
          expect(Temporal.Instant.compare(decision.until, now)).toBe(1);
          expect(Temporal.Instant.compare(decision.until, given.expiresAt)).toBeLessThanOrEqual(0);
          expect(decision.contactOn! <= lastContactDay(given)).toBe(true);
          // A first hour that the clocks skip moves on with them, and may then meet the closing one.
          const later = contactTime(mail, given, decision.until);
          const skipped = decision.until.toZonedDateTimeISO(zone).toPlainTime().toString() > `${opens}:00`;
          expect(later.open || skipped).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('any hour is any hour', () => {
  const asked = timing({ hours: anyHour });
  for (let hours = 0; hours < 48; hours += 1) {
    expect(contactTime(mail, asked, instant('2026-11-22T00:00:00Z').add({ hours })).open).toBe(true);
  }
});

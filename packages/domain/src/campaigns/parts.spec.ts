import { expect, it } from 'vitest';
import { dueInstant } from '../time/slots.js';
import { parseOnceAt } from './parts.js';

it.each([
  ['2026-12-01T10:00', { date: '2026-12-01', time: '10:00', zone: null }],
  ['2026-12-01T10:00:00', { date: '2026-12-01', time: '10:00', zone: null }],
  ['2026-12-01T10:00[Europe/Paris]', { date: '2026-12-01', time: '10:00', zone: 'Europe/Paris' }],
  ['2026-12-01T10:00Z', { date: '2026-12-01', time: '10:00', zone: 'UTC' }],
  ['2026-12-01T10:00:00Z', { date: '2026-12-01', time: '10:00', zone: 'UTC' }],
  ['2026-12-01T10:00+05:45', { date: '2026-12-01', time: '10:00', zone: '+05:45' }],
])('reads %s', (at, parts) => {
  expect(parseOnceAt(at)).toEqual(parts);
});

it('gives zones that instants can be reckoned in', () => {
  const { date, time, zone } = parseOnceAt('2026-12-01T10:00+05:45') ?? { date: '', time: '', zone: '' };
  expect(dueInstant(date, time, zone ?? '').toString()).toBe('2026-12-01T04:15:00Z');
});

it.each([
  '2026-12-01',
  '2026-12-01T24:00',
  '2026-02-30T10:00',
  '2026-12-01T10:00:30',
  '2026-12-01T10:00[Mars/Olympus]',
  '2026-12-01T10:00+25:00',
  '2026-12-01 10:00',
  '',
])('refuses %j', (at) => {
  expect(parseOnceAt(at)).toBeNull();
});

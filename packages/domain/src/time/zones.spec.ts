import { expect, it } from 'vitest';
import { isTimeZone } from './zones.js';

it('knows every zone that the platform lists', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) expect(isTimeZone(zone), zone).toBe(true);
});

it.each([
  'UTC',
  'Asia/Calcutta',
  'Asia/Kolkata',
  'US/Pacific',
  'Etc/GMT+5',
  'America/Argentina/Buenos_Aires',
])('knows %s', (zone) => {
  expect(isTimeZone(zone)).toBe(true);
  expect(isTimeZone(zone), 'asked again').toBe(true);
});

it.each([
  '',
  'Mars/Olympus',
  '+05:30',
  '-08',
  'Europe/',
  "Europe/Madrid'; --",
  'Europe/Madrid ',
  'x'.repeat(100),
])('does not know %j', (zone) => {
  expect(isTimeZone(zone)).toBe(false);
});

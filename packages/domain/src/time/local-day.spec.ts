import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { localTime } from './local-day.js';

describe('what a zone shows at a moment', () => {
  it('is its own for every moment and zone, whatever was asked before', () => {
    const zones = ['UTC', 'Europe/Madrid', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Kiritimati'];
    const moments = [
      '2026-03-29T00:59:59.999Z',
      '2026-03-29T01:00:00Z',
      '2026-10-25T00:30:00Z',
      '2026-12-31T23:59:00Z',
    ];
    for (const text of [...moments, ...moments.toReversed()]) {
      const moment = Temporal.Instant.from(text);
      for (const zone of [...zones, ...zones]) {
        const local = moment.toZonedDateTimeISO(zone);
        expect(localTime(moment, zone)).toEqual({
          day: local.toPlainDate().toString(),
          time: local.toPlainTime().toString().slice(0, 5),
        });
      }
    }
    expect(localTime(Temporal.Instant.from('2026-03-29T01:00:00Z'), 'Europe/Madrid').time).toBe('03:00');
  });
});

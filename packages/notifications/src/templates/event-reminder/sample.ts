import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  event: {
    title: 'Scams by phone and e-mail: an evening with the fraud team',
    startsAt: '2026-05-21T17:30:00Z',
    timeZone: 'Europe/London',
    minutes: 90,
    place: { name: 'Ashby Town Library, Reading Room', address: '2 Market Street, Ashby LE65 1AN' },
    speaker: 'Priya Nair and Tom Ellery, fraud prevention',
    price: null,
    seatsLeft: 6,
  },
  actionUrl: 'https://portal.harbour.example/events/scams',
  calendarUrl: 'https://portal.harbour.example/events/scams.ics',
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  event: {
    title: '识破电信诈骗：社区反诈讲座',
    startsAt: '2026-05-21T06:30:00Z',
    timeZone: 'Asia/Shanghai',
    minutes: 90,
    place: { name: '徐汇区康健街道文化活动中心', address: '上海市徐汇区桂林西街98号三楼' },
    speaker: '反诈中心 周警官、沈警官',
    price: null,
    seatsLeft: 6,
  },
  actionUrl: 'https://portal.harbour.example/events/scams',
  calendarUrl: 'https://portal.harbour.example/events/scams.ics',
};

function variants(data: Data): TemplateSample[] {
  const online = { ...data.event, place: null, speaker: null, seatsLeft: null, minutes: null };
  return [
    { name: 'in the neighbourhood', today: '2026-05-18', data },
    { name: 'online', today: '2026-05-20', data: { ...data, event: online, calendarUrl: null } },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};

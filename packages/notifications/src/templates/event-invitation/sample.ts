import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  event: {
    title: 'Scams by phone and e-mail: an evening with the fraud team',
    summary:
      'How do you recognise a false call from “the bank”? What do you do when you have already clicked? Two people who deal with it every day show real cases, and there is plenty of time for questions.\n\nTea and cake from 6 pm.',
    startsAt: '2026-05-21T17:30:00Z',
    timeZone: 'Europe/London',
    minutes: 90,
    place: { name: 'Ashby Town Library, Reading Room', address: '2 Market Street, Ashby LE65 1AN' },
    speaker: 'Priya Nair and Tom Ellery, fraud prevention',
    price: null,
    seatsLeft: 18,
  },
  actionUrl: 'https://portal.harbour.example/events/scams/rsvp',
  calendarUrl: 'https://portal.harbour.example/events/scams.ics',
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  event: {
    title: '识破电信诈骗：社区反诈讲座',
    summary:
      '“银行客服”来电是真是假？不小心点了链接怎么办？两位一线反诈民警结合真实案例为您讲解，现场可以提问。\n\n下午两点起备有茶点。',
    startsAt: '2026-05-21T06:30:00Z',
    timeZone: 'Asia/Shanghai',
    minutes: 90,
    place: { name: '徐汇区康健街道文化活动中心', address: '上海市徐汇区桂林西街98号三楼' },
    speaker: '反诈中心 周警官、沈警官',
    price: null,
    seatsLeft: 18,
  },
  actionUrl: 'https://portal.harbour.example/events/scams/rsvp',
  calendarUrl: 'https://portal.harbour.example/events/scams.ics',
};

function variants(data: Data): TemplateSample[] {
  const online = { ...data.event, place: null, speaker: null, seatsLeft: null, minutes: null };
  const price = { amountMinor: 1500, currency: data.event.timeZone === 'Asia/Shanghai' ? 'CNY' : 'GBP' };
  return [
    { name: 'in the neighbourhood', today: '2026-05-01', data },
    {
      name: 'online',
      today: '2026-05-01',
      data: { ...data, event: { ...online, price }, calendarUrl: null },
    },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};

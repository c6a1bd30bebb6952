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
  },
  message:
    'Forty-two people came on Thursday, and the questions were the best part of it.\n\nHere are the slides, for you and for anyone you would like to show them to.',
  slides: { label: 'Open the slides', url: 'https://portal.harbour.example/events/scams/slides.pdf' },
  takeaways: [
    'No bank asks for a code or a password on the phone.',
    'Hang up, and call back under the number on your card.',
    'You have clicked already? Call us and your bank at once; minutes count.',
  ],
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  event: {
    title: '识破电信诈骗：社区反诈讲座',
    startsAt: '2026-05-21T06:30:00Z',
    timeZone: 'Asia/Shanghai',
  },
  message:
    '周四的讲座来了四十二位朋友，大家的提问尤其精彩。\n\n课件整理好了，您可以留着看，也可以转给家人朋友。',
  slides: { label: '查看课件', url: 'https://portal.harbour.example/events/scams/slides.pdf' },
  takeaways: [
    '银行不会在电话里索要验证码或密码。',
    '先挂断，再拨打银行卡背面的电话核实。',
    '已经点了链接？马上联系银行和我们，越快越好。',
  ],
};

const variants = (data: Data): TemplateSample[] => [
  { name: 'with slides', today: '2026-05-23', data },
  { name: 'thanks alone', today: '2026-05-23', data: { ...data, slides: null, takeaways: null } },
];

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};

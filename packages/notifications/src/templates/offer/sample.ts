import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  offer: {
    title: 'A winter check for your car, on us',
    summary:
      'Most cars that do not start in winter have an old battery. A quarter of an hour in a workshop shows how yours is, before the first cold morning does.\n\nThe check is part of your motor policy. You pay nothing for it, and you need not have anything repaired there.',
    provider: 'Our partner workshops, 214 in the country',
    price: null,
    allowance: 'Once each winter, about 20 minutes',
    validUntil: '2026-12-31',
    steps: [
      'Choose a workshop and a time in the portal.',
      'Show the code that you get.',
      'Take the list of results with you.',
    ],
  },
  actionUrl: 'https://portal.harbour.example/',
};

const chinese: Data = {
  customer: { givenName: '建国', familyName: '陈' },
  offer: {
    title: '入冬前，免费为爱车做一次检查',
    summary:
      '冬天打不着火的车，多半是电瓶老化。花一刻钟到门店测一下，别等到第一个寒冷的早晨才发现。\n\n这项检查包含在您的车险里，不收费，也不要求您在那里维修。',
    provider: '合作维修门店，全国214家',
    price: null,
    allowance: '每个冬季一次，约20分钟',
    validUntil: '2026-12-31',
    steps: ['在客户中心选择门店和时间。', '到店出示收到的服务码。', '带走检查结果清单。'],
  },
  actionUrl: 'https://portal.harbour.example/',
};

function variants(data: Data): TemplateSample[] {
  const price = { amountMinor: 2_500, currency: 'GBP' };
  return [
    { name: 'free of charge', today: '2026-10-20', data },
    {
      name: 'at a price, without limits',
      today: '2026-10-20',
      data: { ...data, offer: { ...data.offer, price, allowance: null, validUntil: null } },
    },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};

import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;
type Item = Data['items'][number];

const portal = 'https://portal.harbour.example';

interface Words {
  people: [Item['customer'], Item['customer']];
  names: [string, string];
  motor: string;
  home: string;
  currency: string;
}

function variants({ people, names, motor, home, currency }: Words): TemplateSample[] {
  const policies = {
    motor: { number: 'MOT-2021-004417', line: 'motor', product: motor, insuredObject: null },
    home: { number: 'HOM-2020-118203', line: 'home', product: home, insuredObject: null },
  } as const;
  const item = (who: 0 | 1, policy: keyof typeof policies): Item => ({
    customer: people[who],
    policy: policies[policy],
    actionUrl: `${portal}/policies/${policies[policy].number}`,
  });
  const money = (amountMinor: number) => ({ amountMinor, currency });
  const renewals: Item[] = [
    {
      ...item(0, 'motor'),
      renewalDate: '2026-04-12',
      premium: money(48_620),
      previousPremium: money(45_180),
      automatic: false,
      shopAround: 'standard',
    },
    {
      ...item(0, 'home'),
      renewalDate: '2026-04-12',
      premium: money(21_050),
      previousPremium: money(21_050),
      automatic: true,
      shopAround: 'longStanding',
    },
  ];
  const payments: Item[] = [
    { ...item(0, 'motor'), dueOn: '2026-03-20', amount: money(4_120) },
    { ...item(1, 'home'), grace: { endsOn: '2026-04-03', due: money(1_754) } },
  ];
  const welcomes: Item[] = [
    { ...item(0, 'motor'), startDate: '2026-03-12', coolingOffEndsOn: '2026-03-26' },
    { ...item(1, 'home'), startDate: '2026-03-12', coolingOffEndsOn: null },
  ];
  const letter = (name: string, template: string, items: Item[], readers: string[]): TemplateSample => ({
    name,
    today: '2026-03-22',
    data: { names: readers, items, template, actionUrl: `${portal}/` },
  });
  return [
    letter('renewals of one reader', 'renewal-reminder', renewals, [names[0]]),
    letter('payments of two at one address', 'payment-reminder', payments, names),
    letter('new policies of two', 'welcome', welcomes, names),
    letter(
      'about no policy',
      'safety-tip',
      [0, 1].map((who) => ({ ...item(who as 0 | 1, 'home'), policy: null })),
      names,
    ),
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants({
    people: [
      { givenName: 'Margaret', familyName: 'Hollis' },
      { givenName: 'Peter', familyName: 'Hollis' },
    ],
    names: ['Margaret Hollis', 'Peter Hollis'],
    motor: 'Motor Comprehensive',
    home: 'Home & Contents',
    currency: 'GBP',
  }),
  'zh-CN': variants({
    people: [
      { givenName: '建国', familyName: '陈' },
      { givenName: '秀英', familyName: '李' },
    ],
    names: ['陈建国', '李秀英'],
    motor: '家用车综合险',
    home: '家财无忧',
    currency: 'CNY',
  }),
};

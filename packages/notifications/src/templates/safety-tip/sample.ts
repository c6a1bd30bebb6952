import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;
type Tip = Data['tip'];

const english: Tip[] = [
  {
    peril: 'freezing_pipes',
    title: 'Frost is coming: ten minutes now can save your ceiling',
    intro:
      'When it is colder than about −6 °C outside, water in pipes along outside walls can freeze. A crack of three millimetres is enough to lose a thousand litres in a day.\n\nMost of what helps takes a few minutes and costs nothing.',
    checklist: [
      'Find your main water tap now, and check that it turns.',
      'Disconnect garden hoses and drain outside taps.',
      'Wrap pipes in the loft, the garage and along outside walls.',
      'On very cold nights, open the cupboard doors under sinks and let the taps drip.',
      'Going away? Leave the heating at 13 °C or more and ask someone to look in every day.',
    ],
    warning: 'Never thaw a frozen pipe with a flame. A hairdryer and patience are enough.',
    source: { name: 'State Farm, winter advice', url: 'https://www.statefarm.com/' },
  },
  {
    peril: 'falls',
    title: 'Steady on your feet: a short walk through your home',
    intro:
      'More than one in four people over 65 has a fall each year, and most falls happen at home or close by. The good news is that a few small changes prevent many of them.',
    checklist: [
      'Take up loose rugs, or fix them with anti-slip tape.',
      'Clear cables and boxes from where you walk.',
      'Have a rail on both sides of the stairs.',
      'Put a non-slip mat in the bath, and a handle beside it.',
      'Keep a night light between bed and bathroom.',
      'Have your eyes and your medicines checked once a year.',
    ],
    warning: null,
    source: { name: 'US Centers for Disease Control and Prevention', url: 'https://www.cdc.gov/falls/' },
  },
];

const chinese: Tip[] = [
  {
    peril: 'freezing_pipes',
    title: '寒潮将至，花十分钟给水管做好防冻',
    intro:
      '室外气温低于零下6℃时，靠外墙的水管就有冻裂的风险。哪怕只裂开3毫米，一天也可能漏掉近一吨水。\n\n下面这些事，大多几分钟就能做完，也不用花钱。',
    checklist: [
      '找到家里的总水阀，试一试能不能关紧。',
      '拆下室外水管，放空室外水龙头里的水。',
      '给阁楼、车库和靠外墙的水管包上保温材料。',
      '特别冷的夜里，打开水槽下的柜门，让水龙头保持滴水。',
      '出门在外时，室温保持在13℃以上，并请人每天去看一眼。',
    ],
    warning: '切勿用明火烘烤冻住的水管。用吹风机慢慢加热就好。',
    source: { name: 'State Farm 冬季安全建议', url: 'https://www.statefarm.com/' },
  },
  {
    peril: 'falls',
    title: '站得稳，走得安心：在家里走一圈看看',
    intro:
      '65岁以上的老人，每四位中就有一位以上每年会跌倒，而且大多发生在家里或家附近。好在，一些小小的改变就能避免很多意外。',
    checklist: [
      '收起松动的小地毯，或用防滑胶带固定好。',
      '把过道上的电线和杂物清走。',
      '楼梯两侧都装上扶手。',
      '浴室铺防滑垫，旁边装一个把手。',
      '从床边到卫生间，留一盏小夜灯。',
      '每年检查一次视力，并请医生看看正在吃的药。',
    ],
    warning: null,
    source: { name: '美国疾病控制与预防中心', url: 'https://www.cdc.gov/falls/' },
  },
];

function variants(tips: Tip[], customer: Data['customer']): TemplateSample[] {
  const actionUrl = 'https://portal.harbour.example/safety/checklist';
  return tips.map((tip, index) => ({
    name: tip.peril,
    today: '2026-01-08',
    data: { customer, tip, actionUrl: index === 0 ? actionUrl : null } satisfies Data,
  }));
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english, { givenName: 'Margaret', familyName: 'Hollis' }),
  'zh-CN': variants(chinese, { givenName: '建国', familyName: '陈' }),
};

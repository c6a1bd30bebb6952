import type { z } from 'zod';
import type { Locale, TemplateSample } from '../../render/render.types.js';
import type { schema } from './schema.js';

type Data = z.input<typeof schema>;
const portal = 'https://portal.harbour.example';

const english: Data = {
  customer: { givenName: 'Margaret', familyName: 'Hollis' },
  issue: {
    label: 'Spring 2026',
    title: 'Gutters, bicycles and a longer evening',
    intro:
      'The clocks go forward, and so do a few jobs round the house. Here is what is worth a thought this spring.',
  },
  articles: [
    {
      title: 'Before the rain: clear the gutters',
      summary:
        'Leaves in the gutter are the most common reason for water in a wall. Half an hour with a ladder and a helper is enough.\n\nTake a photograph of your roof while you are up there: it helps if a storm damages it.',
      link: { label: 'The spring checklist', url: `${portal}/safety/spring` },
    },
    {
      title: 'Is your bicycle insured outside your home?',
      summary:
        'With many home policies a bicycle is covered in the cellar, but not in front of the station. See in one minute what yours says.',
      link: { label: 'Look at my policy', url: `${portal}/policies` },
    },
    {
      title: 'Scams by phone: meet the fraud team',
      summary: 'On Thursday 21 May at Ashby Town Library. Free of charge, with tea and cake.',
      link: { label: 'Keep me a place', url: `${portal}/events/scams` },
    },
  ],
  archiveUrl: `${portal}/newsletters/2026-spring`,
};

const chinese: Data = {
  customer: { givenName: '秀英', familyName: '李' },
  issue: {
    label: '2026年春季刊',
    title: '春雨、电动车与一场讲座',
    intro: '天气渐暖，家里家外也有几件事值得留意。这一期，我们为您挑了三条实用的信息。',
  },
  articles: [
    {
      title: '雨季之前，先疏通排水沟',
      summary:
        '屋檐和阳台的排水口被落叶堵住，是渗水最常见的原因。抽半小时清理一下就好。\n\n清理时顺手拍几张照片，万一日后受损，理赔时用得上。',
      link: { label: '查看春季自查清单', url: `${portal}/safety/spring` },
    },
    {
      title: '电动自行车，别在楼道充电',
      summary: '请使用原装充电器，在室外充电桩充电，充满后及时断电。电池鼓包、进水或摔过，就不要再用了。',
      link: { label: '了解家财险保什么', url: `${portal}/policies` },
    },
    {
      title: '社区反诈讲座：5月21日，等您来',
      summary: '两位反诈民警为您讲解最新骗术，免费参加，备有茶点。',
      link: { label: '我要报名', url: `${portal}/events/scams` },
    },
  ],
  archiveUrl: `${portal}/newsletters/2026-spring`,
};

function variants(data: Data): TemplateSample[] {
  const longest = Array.from({ length: 12 }, () => data.articles)
    .flat()
    .slice(0, 12);
  return [
    { name: 'three articles', today: '2026-03-25', data },
    {
      name: 'as long as it may be',
      today: '2026-03-25',
      data: { ...data, articles: longest, archiveUrl: null },
    },
  ];
}

export const samples: Record<Locale, TemplateSample[]> = {
  en: variants(english),
  'zh-CN': variants(chinese),
};

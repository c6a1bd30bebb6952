import type { CultureName } from './people.data.js';

/** Where customers live, and what follows from it. */
export interface Place {
  region: string;
  timeZone: string;
  locale: string;
  currency: string;
  /** Minor units that buy about what a US dollar buys in this line of business. */
  perDollar: number;
  /** Of postal codes and telephone numbers: # is a digit, @ a letter. The numbers are ones nobody has. */
  postalCode: string;
  phone: string;
  cultures: readonly (readonly [CultureName, number])[];
}

const british = [
  ['english', 10],
  ['scottishIrish', 4],
  ['indian', 3],
  ['african', 2],
  ['slavic', 2],
  ['arabic', 1],
] as const;
const american = [
  ['english', 8],
  ['spanish', 5],
  ['african', 2],
  ['scottishIrish', 2],
  ['indian', 1],
  ['vietnamese', 1],
  ['chineseAbroad', 1],
] as const;
const chinese = [['chinese', 1]] as const;

const britain = {
  locale: 'en-GB',
  currency: 'GBP',
  perDollar: 80,
  phone: '+44 7700 900###',
  cultures: british,
};
const america = {
  locale: 'en-US',
  currency: 'USD',
  perDollar: 100,
  postalCode: '#####',
  phone: '+1 202 555 01##',
  cultures: american,
};
const china = {
  locale: 'zh-CN',
  currency: 'CNY',
  perDollar: 350,
  timeZone: 'Asia/Shanghai',
  phone: '+86 100 0000 ####',
  cultures: chinese,
};

/** Places and how many of a hundred households live there. */
export const places: readonly (readonly [Place, number])[] = [
  [{ ...britain, region: 'GB-ENG', timeZone: 'Europe/London', postalCode: '@@# #@@' }, 22],
  [{ ...britain, region: 'GB-SCT', timeZone: 'Europe/London', postalCode: 'EH# #@@' }, 6],
  [
    {
      ...britain,
      region: 'IE',
      timeZone: 'Europe/Dublin',
      locale: 'en-IE',
      currency: 'EUR',
      perDollar: 90,
      postalCode: '@## @#@#',
      phone: '+353 20 91# ####',
      cultures: [
        ['scottishIrish', 5],
        ['english', 1],
        ['slavic', 1],
      ],
    },
    5,
  ],
  [{ ...america, region: 'US-NY', timeZone: 'America/New_York' }, 10],
  [{ ...america, region: 'US-IL', timeZone: 'America/Chicago' }, 7],
  [{ ...america, region: 'US-AZ', timeZone: 'America/Phoenix' }, 3],
  [{ ...america, region: 'US-CA', timeZone: 'America/Los_Angeles' }, 9],
  [{ ...china, region: 'CN-SH', postalCode: '20####' }, 10],
  [{ ...china, region: 'CN-GD', postalCode: '51####' }, 10],
  [{ ...china, region: 'CN-SC', postalCode: '61####' }, 6],
  [
    {
      region: 'IN-MH',
      timeZone: 'Asia/Kolkata',
      locale: 'en-IN',
      currency: 'INR',
      perDollar: 3000,
      postalCode: '4#####',
      phone: '+91 00000 #####',
      cultures: [['indian', 1]],
    },
    5,
  ],
  [
    {
      region: 'AU-NSW',
      timeZone: 'Australia/Sydney',
      locale: 'en-AU',
      currency: 'AUD',
      perDollar: 150,
      postalCode: '2###',
      phone: '+61 491 570 ###',
      cultures: [
        ['english', 6],
        ['vietnamese', 2],
        ['chineseAbroad', 2],
        ['arabic', 1],
        ['slavic', 1],
      ],
    },
    5,
  ],
  [
    {
      region: 'SG',
      timeZone: 'Asia/Singapore',
      locale: 'en-SG',
      currency: 'SGD',
      perDollar: 140,
      postalCode: '######',
      phone: '+65 0000 ####',
      cultures: [
        ['chineseAbroad', 6],
        ['indian', 2],
        ['arabic', 1],
      ],
    },
    2,
  ],
];

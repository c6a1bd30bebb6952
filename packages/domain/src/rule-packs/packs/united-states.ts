import { always, clock, type RulePack } from '../rule-pack.js';

export const unitedStates: RulePack = {
  grace: [
    {
      lines: ['health'],
      value: { days: 30 },
      from: always,
      source:
        'State rules, usually 30 or 31 days; three months with an advance tax credit, which the book does not tell',
      confidence: 'M',
    },
  ],
  coolingOff: [
    {
      lines: ['life'],
      value: { days: 10 },
      from: always,
      source: 'State free-look rules, mostly 10 to 30 days: the shortest stands',
      confidence: 'M',
    },
  ],
  contactHours: [
    {
      value: { opens: '08:00', closes: '21:00' },
      from: always,
      source: 'US telemarketing rules: 8:00 to 21:00 where the person is (some states bar Sundays)',
      confidence: 'M',
    },
  ],
  claims: [
    {
      lines: ['motor', 'home', 'travel', 'commercial'],
      value: clock('acknowledge', 15, 'days', 'notice of the claim'),
      from: always,
      source: 'NAIC model regulation, property and casualty',
      confidence: 'L',
    },
    {
      lines: ['motor', 'home', 'travel', 'commercial'],
      value: clock('decide', 21, 'days', 'proof of loss'),
      from: always,
      source: 'NAIC model regulation, property and casualty',
      confidence: 'L',
    },
  ],
};

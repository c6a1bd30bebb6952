import { always, type RulePack } from '../rule-pack.js';

export const hongKong: RulePack = {
  grace: [
    {
      lines: ['life'],
      value: { days: 31 },
      from: always,
      source: 'Typical contract, dahsing.com',
      confidence: 'M',
    },
  ],
  coolingOff: [
    {
      lines: ['life'],
      value: { days: 21 },
      from: always,
      source: 'Insurance Authority: 21 calendar days, clic.org.hk',
      confidence: 'H',
    },
  ],
};

export const india: RulePack = {
  grace: [
    {
      lines: ['life'],
      value: { days: 30, monthlyDays: 15 },
      from: always,
      source: '15 days where paid by the month, else 30; Hindu BusinessLine',
      confidence: 'M',
    },
  ],
  coolingOff: [
    {
      lines: ['life', 'health'],
      value: { days: 30 },
      from: '2024-04-01',
      source: 'Free look of 30 days',
      confidence: 'M',
    },
  ],
  reinstatement: [
    {
      lines: ['life'],
      value: { years: 2 },
      from: always,
      source: 'Revival within two to five years by vintage: the shortest stands',
      confidence: 'M',
    },
  ],
};

export const singapore: RulePack = {
  coolingOff: [
    { lines: ['life'], value: { days: 14 }, from: always, source: 'Free look of 14 days', confidence: 'L' },
  ],
};

export const taiwan: RulePack = {
  grace: [
    {
      lines: ['life'],
      value: { days: 30 },
      from: always,
      source: 'Policy form: 30 days after demand, by the quarter or month from the due date',
      confidence: 'M',
    },
  ],
  reinstatement: [
    {
      lines: ['life'],
      value: { years: 2 },
      from: always,
      source: 'Policy form: two years; no evidence of health within six months',
      confidence: 'M',
    },
  ],
};

import { always, type RulePack } from '../rule-pack.js';

/** What the Union lays down for all of its members. */
export const europeanUnion: RulePack = {
  coolingOff: [
    {
      lines: ['life'],
      value: { days: 14 },
      from: '2016-01-01',
      source: 'Solvency II directive art. 186: 14 to 30 days; the shortest stands',
      confidence: 'H',
    },
  ],
};

export const germany: RulePack = {
  grace: [
    {
      lines: ['life', 'health', 'home', 'commercial'],
      value: { days: 14 },
      from: '2008-01-01',
      source: 'VVG s. 38: at least two weeks after a reminder in text form',
      confidence: 'H',
    },
  ],
  content: [
    {
      lines: ['life', 'health', 'home', 'commercial'],
      value: { purpose: 'grace', marks: ['amount_due', 'grace_end', 'lapse_consequence'] },
      from: '2008-01-01',
      source: 'VVG s. 38(1): the reminder names the sum, the time and what follows',
      confidence: 'H',
    },
  ],
};

export const spain: RulePack = {
  grace: [
    {
      lines: ['life', 'health', 'home', 'commercial'],
      value: { months: 1 },
      from: always,
      source: 'LCS art. 15: cover is suspended one month after the due date',
      confidence: 'M',
    },
  ],
};

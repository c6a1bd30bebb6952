import { always, type RulePack } from '../rule-pack.js';

/**
 * What holds where no jurisdiction says otherwise. A customer is told the last day on which payment keeps the cover, so
 * where sources differ the shorter one stands: a day too few costs an early reminder, a day too many costs somebody
 * the cover.
 */
export const everywhere: RulePack = {
  grace: [
    {
      lines: ['life'],
      value: { days: 30 },
      from: always,
      source: 'China Insurance Law art. 36 (30 days after demand); UK practice 30; New York Ins 3203 31',
      confidence: 'M',
    },
    {
      lines: ['health'],
      value: { days: 30 },
      from: always,
      source: 'US state rules outside subsidised plans: mostly 30 or 31 days',
      confidence: 'M',
    },
    {
      lines: ['home', 'commercial'],
      value: { days: 14 },
      from: always,
      source: 'Germany VVG s. 38: at least two weeks after the reminder; Spain LCS art. 15: one month',
      confidence: 'M',
    },
    {
      lines: ['motor', 'travel'],
      value: null,
      from: always,
      source:
        'Compulsory cover ends with its term, and a journey with its return: no grace is known for either',
      confidence: 'L',
    },
  ],
};

import { always, clock, type RulePack } from '../rule-pack.js';

export const britain: RulePack = {
  coolingOff: [
    {
      lines: ['life'],
      value: { days: 30 },
      from: always,
      source: 'ICOBS 7.1.1R: 30 days for pure protection',
      confidence: 'H',
    },
    // A journey of less than a month has no such right, and the book does not tell which travel policy is one.
    {
      lines: ['motor', 'home', 'health'],
      value: { days: 14 },
      from: always,
      source: 'ICOBS 7.1.1R: 14 days for other consumer policies',
      confidence: 'H',
    },
  ],
  notices: [
    {
      lines: ['motor', 'home', 'health', 'travel'],
      value: {
        purposes: ['renewal'],
        of: 'renewal',
        earliest: null,
        latest: -21,
        by: 'any',
        to: 'the policyholder',
      },
      from: '2017-04-01',
      source: 'ICOBS 6.5.1R asks for "good time" and gives no number; three weeks is the custom of the trade',
      confidence: 'L',
    },
  ],
  content: [
    {
      lines: ['motor', 'home', 'health', 'travel'],
      value: {
        purpose: 'renewal',
        marks: [
          'new_premium',
          'previous_premium',
          'check_cover',
          'shop_around',
          'fourth_renewal',
          'what_if_nothing',
        ],
      },
      from: '2017-04-01',
      source: 'FCA ICOBS 6.5.1R',
      confidence: 'H',
    },
  ],
  complaints: [
    {
      value: clock('summary_resolution', 3, 'business_days', 'receipt'),
      from: '2016-06-30',
      source: 'DISP 1.5: resolved by close of the third business day after receipt',
      confidence: 'H',
    },
    {
      value: clock('final_response', 8, 'weeks', 'receipt'),
      from: always,
      source: 'DISP 1.6.2R',
      confidence: 'H',
    },
    {
      value: clock('keep_record', 3, 'years', 'receipt'),
      from: always,
      source: 'DISP 1.9.1R',
      confidence: 'H',
    },
  ],
};

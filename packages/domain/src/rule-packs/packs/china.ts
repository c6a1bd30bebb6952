import { always, clock, type RulePack } from '../rule-pack.js';

/** The mainland. Hong Kong, Macau and Taiwan have laws of their own. */
export const china: RulePack = {
  grace: [
    {
      lines: ['life'],
      value: { days: 30 },
      from: '2009-10-01',
      source:
        "Insurance Law art. 36: 30 days after the insurer's demand, 60 after the due date without one; our letter may be the demand",
      confidence: 'H',
    },
  ],
  coolingOff: [
    {
      lines: ['life'],
      value: { days: 10 },
      from: always,
      source: '10, 15 or 20 days by contract, commonly 15 from the signed receipt: the shortest stands',
      confidence: 'M',
    },
  ],
  reinstatement: [
    {
      lines: ['life'],
      value: { years: 2 },
      from: '2009-10-01',
      source: 'Insurance Law art. 37; SPC Interpretation III art. 8',
      confidence: 'H',
    },
  ],
  complaints: [
    {
      value: clock('final_response', 15, 'days', 'acceptance'),
      from: '2020-03-01',
      source: 'CBIRC Order 2020/3: 15 days, a complex one 30, with approval 60',
      confidence: 'M',
    },
  ],
  claims: [
    {
      value: clock('decide', 30, 'days', 'the claim with its papers'),
      from: '2009-10-01',
      source: 'Insurance Law art. 23: promptly, a complex one within 30 days',
      confidence: 'H',
    },
    {
      value: clock('pay', 10, 'days', 'agreement'),
      from: '2009-10-01',
      source: 'Insurance Law art. 23',
      confidence: 'H',
    },
    {
      value: clock('refuse_in_writing', 3, 'days', 'the decision'),
      from: '2009-10-01',
      source: 'Insurance Law art. 24: with the reasons',
      confidence: 'H',
    },
    {
      value: clock('pay_undisputed_part', 60, 'days', 'the claim with its papers'),
      from: '2009-10-01',
      source: 'Insurance Law art. 25',
      confidence: 'H',
    },
    {
      lines: ['motor'],
      value: clock('list_papers', 1, 'days', 'notice of the claim'),
      from: '2006-07-01',
      source: 'Compulsory motor regulation art. 28',
      confidence: 'H',
    },
    {
      lines: ['motor'],
      value: clock('decide', 5, 'days', 'the claim with its papers'),
      from: '2009-10-02',
      source: 'Compulsory motor regulation art. 29, for the compulsory part',
      confidence: 'H',
    },
  ],
};

import { always, clock, type NoticeWindow, type Rule, type RulePack } from '../rule-pack.js';

/** Days before the renewal by which an insurer that will not renew a car's policy says so. */
function nonRenewal(days: number): Rule<NoticeWindow> {
  return {
    lines: ['motor'],
    value: {
      purposes: ['non_renewal'],
      of: 'renewal',
      earliest: null,
      latest: -days,
      by: 'any',
      to: 'the policyholder',
    },
    from: always,
    source: `State rule on motor non-renewal, ${days} days, as listed by autoinsurance.com`,
    confidence: 'M',
  };
}

const reinstatement = (years: number, source: string): Pick<RulePack, 'reinstatement'> => ({
  reinstatement: [{ lines: ['life'], value: { years }, from: always, source, confidence: 'H' }],
});

/** The states whose rules are known, by ISO 3166-2 code; the others follow the country. */
export const states: Readonly<Record<string, RulePack>> = {
  'US-AK': {
    ...reinstatement(3, 'Alaska statute: three years, arrears and at most 6 % interest'),
    claims: [
      {
        value: clock('acknowledge', 10, 'business_days', 'notice of the claim'),
        from: always,
        source: 'Alaska claims regulation',
        confidence: 'M',
      },
      {
        value: clock('decide', 15, 'business_days', 'proof of loss'),
        from: always,
        source: 'Alaska claims regulation',
        confidence: 'M',
      },
    ],
  },
  'US-AL': {
    ...reinstatement(3, 'Alabama statute: three years, evidence of insurability, arrears with interest'),
    notices: [nonRenewal(120)],
  },
  'US-AZ': {
    ...reinstatement(2, 'Arizona statute: two years, arrears and at most 6 % interest'),
    notices: [nonRenewal(30)],
    claims: [
      {
        value: clock('acknowledge', 10, 'business_days', 'notice of the claim'),
        from: always,
        source: 'Arizona claims regulation',
        confidence: 'M',
      },
      {
        value: clock('decide', 15, 'business_days', 'proof of loss'),
        from: always,
        source: 'Arizona claims regulation',
        confidence: 'M',
      },
    ],
  },
  'US-CA': {
    grace: [
      {
        lines: ['life'],
        value: { days: 60 },
        from: '2013-01-01',
        source: 'California Insurance Code 10113.71(a)',
        confidence: 'H',
      },
    ],
    notices: [
      {
        lines: ['life'],
        value: {
          purposes: ['grace'],
          of: 'graceEnd',
          earliest: null,
          latest: -30,
          by: 'post',
          to: 'the owner, the designee and any assignee',
        },
        from: '2013-01-01',
        source: 'California Insurance Code 10113.71(b), 10113.72',
        confidence: 'H',
      },
      {
        lines: ['life'],
        value: {
          purposes: ['grace'],
          of: 'due',
          earliest: 0,
          latest: 30,
          by: 'post',
          to: 'the owner and the designee',
        },
        from: '2013-01-01',
        source: 'California Insurance Code 10113.72(c)',
        confidence: 'H',
      },
      nonRenewal(20),
    ],
    complaints: [
      {
        value: clock('answer_regulator', 21, 'days', "the regulator's request"),
        from: always,
        source: 'California practice on complaints to the regulator',
        confidence: 'M',
      },
    ],
    claims: [
      {
        value: clock('acknowledge', 15, 'days', 'notice of the claim'),
        from: always,
        source: 'California fair claims settlement regulation',
        confidence: 'H',
      },
      {
        value: clock('decide', 40, 'days', 'proof of loss'),
        from: always,
        source: 'California fair claims settlement regulation',
        confidence: 'H',
      },
      {
        value: clock('say_where_it_stands', 30, 'days', 'the last word about it'),
        from: always,
        source: 'California fair claims settlement regulation',
        confidence: 'H',
      },
    ],
  },
  'US-CO': {
    coolingOff: [
      {
        lines: ['life'],
        value: { days: 15 },
        from: always,
        source: 'Colorado free look, insure.com 2008',
        confidence: 'M',
      },
    ],
    notices: [nonRenewal(30)],
  },
  'US-CT': { notices: [nonRenewal(60)] },
  'US-FL': {
    contactHours: [
      {
        value: { opens: '08:00', closes: '20:00' },
        from: always,
        source: 'Florida telemarketing rule: 8:00 to 20:00 where the person is',
        confidence: 'M',
      },
    ],
    notices: [nonRenewal(45)],
  },
  'US-IL': { notices: [nonRenewal(30)] },
  'US-KY': { notices: [nonRenewal(75)] },
  'US-MA': { notices: [nonRenewal(45)] },
  'US-MD': { notices: [nonRenewal(45)] },
  'US-MI': { notices: [nonRenewal(20)] },
  'US-MN': { notices: [nonRenewal(60)] },
  'US-NE': { notices: [nonRenewal(60)] },
  'US-NY': {
    grace: [
      {
        lines: ['life'],
        value: { days: 31, months: 1 },
        from: always,
        source: 'New York Insurance Law 3203(a)(1): 31 days or one month; the one that ends first stands',
        confidence: 'H',
      },
    ],
    notices: [
      {
        lines: ['life'],
        value: {
          purposes: ['payment', 'renewal'],
          of: 'due',
          earliest: -45,
          latest: -15,
          by: 'post',
          to: 'the owner and any assignee',
        },
        from: always,
        source: 'New York Insurance Law 3211: mailed 15 to 45 days before the premium is due',
        confidence: 'H',
      },
    ],
  },
  'US-OR': reinstatement(3, 'Oregon statute: three years while a non-forfeiture benefit runs'),
  'US-TX': {
    complaints: [
      {
        value: clock('answer_regulator', 15, 'days', "the regulator's request"),
        from: always,
        source: 'Texas rule on complaints to the regulator; ten days more may be asked for',
        confidence: 'M',
      },
      {
        value: clock('keep_record', 3, 'years', 'receipt'),
        from: always,
        source: '28 TAC 21.2503: three years, or since the last examination',
        confidence: 'H',
      },
    ],
    claims: [
      ...(
        [
          ['acknowledge', 'notice of the claim'],
          ['decide', 'the last paper that was asked for'],
        ] as const
      ).map(([event, after]) => ({
        value: clock(event, 15, 'business_days', after),
        from: always,
        source: 'Texas prompt payment rules; a decision may be put off to 45 days',
        confidence: 'M' as const,
      })),
      {
        value: clock('pay', 5, 'business_days', 'word that it is accepted'),
        from: always,
        source: 'Texas prompt payment rules',
        confidence: 'M',
      },
    ],
  },
  'US-UT': {
    claims: [
      {
        value: clock('decide', 30, 'days', 'notice of the claim'),
        from: always,
        source: 'Utah claims rule; then word every 45 days',
        confidence: 'M',
      },
      {
        value: clock('pay', 30, 'days', 'the decision'),
        from: always,
        source: 'Utah claims rule',
        confidence: 'M',
      },
    ],
  },
  'US-VA': reinstatement(3, 'Virginia statute: three years while a non-forfeiture benefit runs'),
};

import { evaluateRule, type PlanCustomer, type Rule } from '@aftercare/domain';
import {
  customerArbitrary,
  dateArbitrary,
  leafArbitrary,
  numbered,
  ruleArbitrary,
} from '@aftercare/domain/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AudiencesService } from '../../src/features/audiences/audiences.service.js';
import { SqlParameters } from '../../src/features/audiences/audiences.types.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { loadBook, seed } from './audience-book.js';

let database: TestDatabase;
const audiences = new AudiencesService();

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

type Question = { rule: Rule; today: string };
const questions = (rule: fc.Arbitrary<Rule>, number: number): fc.Arbitrary<Question[]> =>
  fc.array(fc.record({ rule, today: dateArbitrary }), { minLength: number, maxLength: number });

/** Some hundred policies: few enough to be quick, enough for a rule to find one at the edge of what it asks. */
const bookArbitrary = fc.array(customerArbitrary, { minLength: 120, maxLength: 160 }).map(numbered);

/** A customer who is known by one fact alone. */
function nobodyBut(facts: Partial<PlanCustomer['facts']>): PlanCustomer {
  const [plain] = fc.sample(customerArbitrary, { numRuns: 1, seed: 1 });
  return { ...plain!, facts: { ...plain!.facts, ...facts }, policies: [], events: [] };
}

/** For each question, the ids that SQL lets in. */
async function asked(subject: 'policy' | 'customer', questions: readonly Question[]): Promise<string[][]> {
  const parameters = new SqlParameters();
  const selects = questions.map(({ rule, today }, index) => {
    const scope = { customer: 'c', policy: subject === 'policy' ? 'p' : null, today: `date '${today}'` };
    const condition = audiences.condition(subject, rule, scope, parameters);
    return subject === 'policy'
      ? `SELECT ${index} AS question, p.policy_id AS id FROM policies p JOIN customers c USING (customer_id) WHERE ${condition}`
      : `SELECT ${index}, c.customer_id AS id FROM customers c WHERE ${condition}`;
  });
  const rows = await database.dataSource.query<{ question: number; id: string }[]>(
    selects.join('\nUNION ALL\n').replace('SELECT 0,', 'SELECT 0 AS question,'),
    parameters.values,
  );
  const ids = questions.map((): string[] => []);
  for (const { question, id } of rows) ids[question]!.push(id);
  return ids.map((list) => list.sort());
}

function expected(
  subject: 'policy' | 'customer',
  book: readonly PlanCustomer[],
  { rule, today }: Question,
): string[] {
  const isIn = (customer: PlanCustomer, policy: PlanCustomer['policies'][number] | null) =>
    evaluateRule(rule, { customer: customer.facts, policy: policy?.facts ?? null }, today);
  const ids = book.flatMap((customer) => {
    const { policies } = customer;
    if (subject === 'policy')
      return policies.filter((policy) => isIn(customer, policy)).map(({ facts }) => facts.id);
    const whole = policies.length === 0 ? [null] : policies;
    return whole.some((policy) => isIn(customer, policy)) ? [customer.facts.id] : [];
  });
  return ids.sort();
}

async function expectAgreement(
  subject: 'policy' | 'customer',
  book: readonly PlanCustomer[],
  of: Question[],
) {
  const answers = await asked(subject, of);
  for (const [index, question] of of.entries()) {
    expect(answers[index], JSON.stringify(question)).toEqual(expected(subject, book, question));
  }
}

describe('the SQL of a rule', () => {
  it.each(['policy', 'customer'] as const)(
    'lets in exactly whom the evaluator lets in, subject %s',
    async (subject) => {
      const asking = fc.tuple(bookArbitrary, questions(leafArbitrary, 150), questions(ruleArbitrary, 50));
      await fc.assert(
        fc.asyncProperty(asking, async ([book, leaves, trees]) => {
          await loadBook(database.dataSource, book);
          await expectAgreement(subject, book, [...leaves, ...trees]);
        }),
        // A failure names its rule and the people in dispute: shrinking whole books would take minutes for less.
        { numRuns: 15, endOnFailure: true, seed },
      );
    },
    300_000,
  );

  it('counts a birthday of 29 February as the evaluator does', async () => {
    const births = ['2000-02-28', '2000-02-29', '2000-03-01', '2024-02-29', '1999-12-31', '2026-01-01'];
    const days = [
      '2023-02-27',
      '2023-02-28',
      '2023-03-01',
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
      '2025-12-31',
    ];
    const book = numbered(births.map((birthDate) => nobodyBut({ birthDate })));
    await loadBook(database.dataSource, book);
    const ages = [-3, -1, 0, 1, 22, 23, 24, 25, 26];
    await expectAgreement(
      'customer',
      book,
      days.flatMap((today) =>
        ages.map((value) => ({ rule: { field: 'customer.age', op: 'eq', value }, today })),
      ),
    );
  });

  it('ignores capitals as the evaluator does, in every script', async () => {
    const cased = Array.from({ length: 0x1ffff }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((letter) => letter.toLowerCase() !== letter || letter.toUpperCase() !== letter);
    // Letters that came into Unicode after this PostgreSQL have no capitals there yet.
    const letters = await database.dataSource
      .query<{ letter: string }[]>(
        'SELECT letter FROM unnest($1::text[]) AS letter WHERE unicode_assigned(letter)',
        [cased],
      )
      .then((rows) => rows.map(({ letter }) => letter));
    const small = letters.filter((letter) => letter.toLowerCase() === letter);
    const great = letters.filter((letter) => letter.toLowerCase() !== letter);
    const book = numbered([nobodyBut({ region: small.join('') }), nobodyBut({ region: great.join('') })]);
    await loadBook(database.dataSource, book);
    for (let from = 0; from < letters.length; from += 500) {
      const of = letters.slice(from, from + 500).map((value): Question => ({
        rule: { field: 'customer.region', op: 'contains', value },
        today: '2026-01-01',
      }));
      await expectAgreement('customer', book, of);
    }
    expect(letters.length).toBeGreaterThan(2500);
  });
});

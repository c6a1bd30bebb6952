import { expect, it } from 'vitest';
import { policyTransition, type PolicyStatus } from '../../src/index.js';
import { cell, table } from './table.js';

/*
 * What a change of status in the core system's file means. "impossible" is refused and listed with the rejected
 * rows; it changes nothing.
 */
const changes = table(`
  | the policy was | the file says | so it                 | because                                            |
  | -------------- | ------------- | --------------------- | -------------------------------------------------- |
  | in_force       | grace         | entered_grace         | a premium was not paid                             |
  | grace          | in_force      | left_grace            | the premium came in time                           |
  | grace          | lapsed        | lapsed                | it did not                                         |
  | in_force       | lapsed        | lapsed                | motor knows no grace                               |
  | lapsed         | in_force      | reinstated            | arrears were paid and the insurer agreed           |
  | lapsed         | grace         | impossible            | a revived policy owes nothing                      |
  | in_force       | surrendered   | surrendered           | the customer took the cash value                   |
  | lapsed         | surrendered   | surrendered           | cash value may be taken after a lapse as well      |
  | surrendered    | in_force      | reinstated            | the surrender was taken back in time               |
  | surrendered    | lapsed        | impossible            | there is nothing left that could lapse             |
  | in_force       | cancelled     | cancelled             | the customer gave notice                           |
  | cancelled      | in_force      | reinstated            | notice was withdrawn                               |
  | in_force       | expired       | expired               | a journey ended                                    |
  | expired        | in_force      | reinstated            | it was renewed late                                |
  | in_force       | matured       | matured               | the sum fell due                                   |
  | lapsed         | matured       | impossible            | a lapsed policy does not come to maturity          |
  | matured        | in_force      | impossible            | what was paid out is paid out                      |
  | in_force       | claim_death   | death_claimed         | a death was reported                               |
  | expired        | claim_death   | death_claimed         | it was reported late, and happened while cover ran |
  | matured        | claim_death   | impossible            | the policy had ended by itself                     |
  | claim_death    | in_force      | impossible            | staff must look at it, not a file                  |
  | in_force       | in_force      | impossible            | nothing changed                                    |
`);

it.each(changes)('$the policy was → $the file says: $so it, because $because', (row) => {
  const name = policyTransition(
    cell(row, 'the policy was') as PolicyStatus,
    cell(row, 'the file says') as PolicyStatus,
  );
  expect(name ?? 'impossible').toBe(cell(row, 'so it'));
});

import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { acceptImportedConsent } from '../../src/index.js';
import { cell, table } from './table.js';

/*
 * Consent to marketing through the years, one customer a story. "customer" is a choice made on our pages, "file" what
 * the core system's file says, with the time at which it says the consent was given or taken (it may give none).
 * The last column is what stands afterwards. An old file must never bring back a consent that was withdrawn.
 */
const stories = table(`
  | story                     | on         | who says | says | as of      | then stands |
  | ------------------------- | ---------- | -------- | ---- | ---------- | ----------- |
  | withdrawal outlives files | 2025-01-10 | file     | yes  | 2024-06-01 | yes         |
  |                           | 2025-03-01 | customer | no   | 2025-03-01 | no          |
  |                           | 2025-03-02 | file     | yes  | 2024-06-01 | no          |
  |                           | 2025-04-02 | file     | yes  |            | no          |
  |                           | 2025-05-20 | file     | yes  | 2025-05-14 | yes         |
  | a file may take away      | 2025-01-10 | customer | yes  | 2025-01-10 | yes         |
  |                           | 2025-02-01 | file     | no   |            | no          |
  |                           | 2025-02-02 | file     | yes  |            | no          |
  |                           | 2025-02-03 | file     | yes  | 2025-01-05 | no          |
  |                           | 2025-02-04 | file     | yes  | 2025-02-03 | yes         |
  | files correct each other  | 2025-01-10 | file     | no   |            | no          |
  |                           | 2025-01-11 | file     | yes  |            | yes         |
  |                           | 2025-01-12 | file     | no   | 2024-01-01 | no          |
  | the same moment           | 2025-03-01 | customer | no   | 2025-03-01 | no          |
  |                           | 2025-03-02 | file     | yes  | 2025-03-01 | no          |
  | back by own choice        | 2025-03-01 | customer | no   | 2025-03-01 | no          |
  |                           | 2025-06-01 | customer | yes  | 2025-06-01 | yes         |
  |                           | 2025-06-02 | file     | no   | 2025-03-01 | no          |
`);

it('stands as the stories tell', () => {
  let stands: boolean | null = null;
  let ownChoiceAt: Temporal.Instant | null = null;
  for (const row of stories) {
    if (cell(row, 'story') !== '') [stands, ownChoiceAt] = [null, null];
    const granted = cell(row, 'says') === 'yes';
    const asOf = cell(row, 'as of');
    const at = asOf === '' ? null : Temporal.Instant.from(`${asOf}T00:00:00Z`);
    if (cell(row, 'who says') === 'customer') [stands, ownChoiceAt] = [granted, at];
    else if (acceptImportedConsent({ granted: stands, ownChoiceAt }, { granted, at })) stands = granted;
    expect(stands, JSON.stringify(row)).toBe(cell(row, 'then stands') === 'yes');
  }
});

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '../..');

it('nothing but the views of tracking reads who opened a letter: no rule, no risk, no choice of people', () => {
  const readers = globSync('**/*.ts', { cwd: source }).filter(
    (path) =>
      !path.endsWith('.spec.ts') && readFileSync(join(source, path), 'utf8').includes('delivery_opens'),
  );
  expect(readers.sort()).toEqual([
    'features/tracking/sightings.repository.ts',
    'features/tracking/tracking-views.repository.ts',
    'migrations/1795000083001-tracking.ts',
  ]);
});

import { expect, it } from 'vitest';
import { plainArray } from './prepared-statement.js';

it('writes an array as PostgreSQL reads it', () => {
  expect(plainArray([])).toBe('{}');
  expect(plainArray(['sent', null, 1.5, false, new Date('2031-06-01T09:00:00.123Z')])).toBe(
    '{sent,NULL,1.5,false,2031-06-01T09:00:00.123Z}',
  );
});

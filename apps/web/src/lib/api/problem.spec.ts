import { describe, expect, it } from 'vitest';
import { problemFrom } from './problem.ts';

describe('problemFrom', () => {
  it('keeps code, request id and fields of a problem document', () => {
    const problem = problemFrom(
      400,
      {
        code: 'validation_failed',
        detail: 'One field is wrong.',
        requestId: 'r-1',
        errors: [{ path: 'email', code: 'invalid', message: 'not an address' }],
      },
      null,
    );
    expect(problem).toMatchObject({ code: 'validation_failed', status: 400, requestId: 'r-1' });
    expect(problem.errors).toEqual([{ path: 'email', code: 'invalid', message: 'not an address' }]);
  });

  it.each([
    [502, '<html>Bad gateway</html>', 'internal'],
    [404, '', 'not_found'],
    [418, null, 'refused'],
  ])('makes one of a %i that is no problem document', (status, body, code) => {
    expect(problemFrom(status, body, null).code).toBe(code);
  });

  it('reads how long to wait from the header when the body does not say', () => {
    expect(problemFrom(429, { code: 'rate_limited' }, '30').retryAfterSeconds).toBe(30);
    expect(problemFrom(429, { code: 'rate_limited', retryAfterSeconds: 12 }, '30').retryAfterSeconds).toBe(
      12,
    );
    expect(problemFrom(429, {}, 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterSeconds).toBeNull();
  });
});

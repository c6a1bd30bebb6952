import { describe, expect, it } from 'vitest';
import { apiUrl, problemFrom } from './http.ts';

describe('apiUrl', () => {
  it('leaves out what is empty and escapes the rest', () => {
    expect(
      apiUrl('/staff/customers', { q: 'Ana & Bo', cursor: null, line: '', limit: 25, overdue: false }),
    ).toBe('/api/staff/customers?q=Ana+%26+Bo&limit=25&overdue=false');
    expect(apiUrl('/member/home')).toBe('/api/member/home');
  });
});

describe('problemFrom', () => {
  it('keeps code, request id and fields of a problem document', () => {
    const problem = problemFrom(
      400,
      JSON.stringify({
        code: 'validation_failed',
        detail: 'One field is wrong.',
        requestId: 'r-1',
        errors: [{ path: 'email', code: 'invalid', message: 'not an address' }],
      }),
      null,
    );
    expect(problem).toMatchObject({ code: 'validation_failed', status: 400, requestId: 'r-1' });
    expect(problem.errors).toEqual([{ path: 'email', code: 'invalid', message: 'not an address' }]);
  });

  it.each([
    [502, '<html>Bad gateway</html>', 'internal'],
    [404, '', 'not_found'],
    [418, 'null', 'refused'],
  ])('makes one of a %i that is no problem document', (status, text, code) => {
    expect(problemFrom(status, text, null).code).toBe(code);
  });

  it('reads how long to wait from the header when the body does not say', () => {
    expect(problemFrom(429, '{"code":"rate_limited"}', '30').retryAfterSeconds).toBe(30);
    expect(problemFrom(429, '{"code":"rate_limited","retryAfterSeconds":12}', '30').retryAfterSeconds).toBe(
      12,
    );
    expect(problemFrom(429, '{}', 'Wed, 21 Oct 2026 07:28:00 GMT').retryAfterSeconds).toBeNull();
  });
});

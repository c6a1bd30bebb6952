import { describe, expect, it } from 'vitest';
import type { Held, PacingService } from '../rates/pacing.service.js';
import { LetterPacing } from './letter-pacing.js';

const warmUp: Held = { reason: 'warm_up', retryAfter: 3600 };
const backoff: Held = { reason: 'domain_backoff', retryAfter: 60 };

describe('what keeps a letter back', () => {
  const heldBack = (held: Held | null, turn: 'taken' | Held | null) =>
    new LetterPacing({ held: () => held } as unknown as PacingService).heldBack({}, 'a@example.com', turn);

  it('is not the end of the day’s places, when it has the last of them', () => {
    expect(heldBack(warmUp, 'taken')).toBeNull();
    expect(heldBack(warmUp, null)).toBe(warmUp);
    expect(heldBack(null, warmUp)).toBe(warmUp);
  });

  it('is a domain that takes nothing, though it has a place', () => {
    expect(heldBack(backoff, 'taken')).toBe(backoff);
    expect(heldBack(null, 'taken')).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { holdoutPoint, isHeldOut } from './holdout.js';

describe('the holdout', () => {
  it('reads the first eight digits of a hash as a point between 0 and 1', () => {
    expect(holdoutPoint('00000000ffffffffffffffffffffffff')).toBe(0);
    expect(holdoutPoint('80000000000000000000000000000000')).toBe(0.5);
    expect(holdoutPoint('ffffffff000000000000000000000000')).toBeLessThan(1);
  });

  it('holds out nobody at a share of 0, and half of them at one half', () => {
    const points = Array.from({ length: 1000 }, (_, index) => index / 1000);
    expect(points.filter((point) => isHeldOut(0, point))).toHaveLength(0);
    expect(points.filter((point) => isHeldOut(0.5, point))).toHaveLength(500);
  });
});

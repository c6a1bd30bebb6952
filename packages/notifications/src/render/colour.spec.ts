import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, deriveTheme } from './colour.js';

describe('the shades of a brand', () => {
  it('are readable, whatever colour an insurer chooses', () => {
    const colour = fc
      .integer({ min: 0, max: 0xffffff })
      .map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(colour, (brand) => {
        const theme = deriveTheme(brand);
        expect(contrast(theme.ink, '#ffffff')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(theme.darkInk, '#1c222b')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(theme.brand, theme.onBrand)).toBeGreaterThanOrEqual(4.2);
        expect(contrast(theme.darkBrand, theme.onDarkBrand)).toBeGreaterThanOrEqual(4.2);
        expect(contrast(theme.darkBrand, '#1c222b')).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 2000 },
    );
  });

  it('leave a good colour alone', () => {
    expect(deriveTheme('#0b5d7a')).toMatchObject({ brand: '#0b5d7a', ink: '#0b5d7a', onBrand: '#ffffff' });
    expect(contrast('#000000', '#ffffff')).toBe(21);
  });
});

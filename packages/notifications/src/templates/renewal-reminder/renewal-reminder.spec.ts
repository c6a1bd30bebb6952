import { describe, expect, it } from 'vitest';
import { first, render } from '../../../test/support/letters.js';
import { getTemplate } from '../../render/template-library.js';

describe('renewal-reminder', () => {
  const text = async (index: number) => {
    const sample = getTemplate('renewal-reminder').samples.en[index];
    if (!sample) throw new Error(`There is no sample ${index}`);
    return render('renewal-reminder', sample);
  };

  it('puts the previous premium beside the new one, with the change in money and percent', async () => {
    const { text: early } = await text(0);
    for (const part of ['£451.80', '£486.20', '£34.40 more (7.6%)', '12 April 2026', '•••• 4417']) {
      expect(early).toContain(part);
    }
    expect(early).not.toContain('MOT-2021-004417 ');
    expect(early).toContain('Your cover ends on 12 April 2026');
  });

  it('compares nothing across currencies', async () => {
    const sample = first('renewal-reminder');
    const data = { ...sample.data, previousPremium: { amountMinor: 45_180, currency: 'EUR' } };
    const { text: other } = await render('renewal-reminder', { ...sample, data });
    expect(other).not.toContain('more');
    expect(other).toContain('£486.20');
  });

  it.each([
    ['2026-04-04', 'is due for renewal on'],
    ['2026-04-05', 'is due for renewal in 7 days'],
    ['2026-04-12', 'is due for renewal today'],
    ['2026-04-13', 'was due for renewal on'],
  ])('on %s the subject says that it %s', async (today, words) => {
    expect((await render('renewal-reminder', { ...first('renewal-reminder'), today })).subject).toContain(
      words,
    );
  });

  it('in grace says until when, how much, and what follows', async () => {
    const { subject, text: grace } = await text(3);
    expect(subject).toBe('Please pay by Monday, 20 April 2026 to keep your life insurance');
    for (const part of ['To pay: £121.55', 'Please pay by: Monday, 20 April 2026', 'your policy can end']) {
      expect(grace).toContain(part);
    }
  });
});

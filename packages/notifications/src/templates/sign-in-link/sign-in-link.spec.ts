import { describe, expect, it } from 'vitest';
import { first, render } from '../../../test/support/letters.js';

describe('sign-in-link', () => {
  it('has a text part written by hand, without a button nobody can press', async () => {
    const { html, text } = await render('sign-in-link', first('sign-in-link'));
    expect(html).toContain('Press the button');
    expect(text).toContain('Open this address in your browser');
    expect(text).not.toContain('button');
    expect(text).toContain('\nhttps://portal.harbour.example/sign-in/');
  });
});

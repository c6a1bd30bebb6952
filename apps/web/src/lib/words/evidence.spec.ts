import { describe, expect, it } from 'vitest';
import { evidenceAbout, evidenceName, evidenceSource, evidenceTone } from './evidence.ts';

describe('what was reported of a letter', () => {
  it('is said in words, and a complaint is no good news', () => {
    expect(evidenceName('complaint')).toBe('Called spam by the reader');
    expect(evidenceTone('complaint')).toBe('bad');
    expect(evidenceTone('delivered')).toBe('good');
  });

  it('tells what it is about, readable where there are no words of ours', () => {
    expect(evidenceAbout('mailbox_full')).toBe('The mailbox is full');
    expect(evidenceAbout('some_new_kind')).toBe('some new kind');
  });

  it('tells who says it, by the name of the provider', () => {
    expect(evidenceSource('mail')).toBe('By mail');
    expect(evidenceSource('click')).toBe('A person followed a link of the letter');
    expect(evidenceSource('ses')).toBe('From Amazon SES');
    expect(evidenceSource('another')).toBe('From another');
  });
});

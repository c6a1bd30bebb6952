import { describe, expect, it } from 'vitest';
import { headerText, headerToken } from './header-text.js';

describe('header text', () => {
  it.each([
    ['Ada\r\nBcc: eve@evil.test', 'Ada Bcc: eve@evil.test'],
    ['  Ada\t Lovelace \u0000', 'Ada Lovelace'],
    ['Ada\u2028Lovelace', 'Ada Lovelace'],
    ['invoice\u202efdp.exe', 'invoice fdp.exe'],
    ['half \ud83d a pair', 'half \ufffd a pair'],
    ['续保提醒', '续保提醒'],
  ])('%j becomes %j', (raw, line) => expect(headerText(raw)).toBe(line));

  it('is cut at a sensible length, never through a character', () => {
    const line = headerText('😀'.repeat(400));
    expect([...line].length).toBeLessThanOrEqual(250);
    expect(line.isWellFormed()).toBe(true);
    expect(line.endsWith('…')).toBe(true);
  });
});

describe('a header token', () => {
  it('holds nothing that could end it', () => {
    expect(headerToken('motor renewal:\r\nX: y;<z>')).toBe('motor-renewal-X-y-z-');
  });
});

const dot = 0x2e;
const stuffedDot = Buffer.from('\n..');

/** RFC 5321 section 4.5.2: a line that begins with a dot gets another one, so that none is the end of the message. */
export function dotStuffed(raw: Buffer): Buffer {
  let at = raw.indexOf('\n.');
  if (at === -1 && raw[0] !== dot) return raw;
  const pieces: Buffer[] = raw[0] === dot ? [stuffedDot.subarray(2)] : [];
  let from = 0;
  for (; at !== -1; at = raw.indexOf('\n.', from)) {
    pieces.push(raw.subarray(from, at), stuffedDot);
    from = at + 2;
  }
  pieces.push(raw.subarray(from));
  return Buffer.concat(pieces);
}

/** What stands behind a message. */
export function endOf(raw: Buffer): string {
  const isWhole = raw.length >= 2 && raw[raw.length - 2] === 0x0d && raw[raw.length - 1] === 0x0a;
  return isWhole ? '.\r\n' : '\r\n.\r\n';
}

/**
 * Answers are kept because asking Intl costs some 20 µs and a file asks a million times. Only good names are
 * kept: there are a few hundred of them, whatever a file holds.
 */
const known = new Set<string>();

/**
 * Whether the text names a time zone of the IANA database, old names such as Asia/Calcutta included. Offsets such
 * as +05:30 are refused: they know no summer time, and PostgreSQL reads their sign the other way round.
 */
export function isTimeZone(text: string): boolean {
  if (known.has(text)) return true;
  if (!/^[A-Za-z][\w+\-/]{1,63}$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    return false;
  }
  known.add(text);
  return true;
}

// C0 and C1 controls (line breaks, tabs, NUL), line and paragraph separators, the marks that turn the direction
// of writing over (a name must not rewrite the line it stands in), and halves of characters, which no UTF-8 holds.
// eslint-disable-next-line no-control-regex -- finding them is the point
const unfit = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\p{Cs}]/u;

/** Whether a text holds what may not stand in one line of a message or a database. */
export function hasControlCharacters(text: string): boolean {
  return unfit.test(text);
}

/** What a person is called, as far as the book knows. */
export interface PersonName {
  givenName: string | null;
  familyName: string | null;
}

const han = /^\p{Script=Han}+$/u;

/** The whole name in the order its owner writes it, or null when the book has none. */
export function fullName({ givenName, familyName }: PersonName): string | null {
  if (givenName && familyName && han.test(givenName) && han.test(familyName)) return familyName + givenName;
  return [givenName, familyName].filter(Boolean).join(' ') || null;
}

/** Enough of a name for its owner to know it: `A*** G.` */
export function maskedName({ givenName, familyName }: PersonName): string {
  const given = givenName ? `${firstLetter(givenName)}***` : '***';
  return familyName ? `${given} ${firstLetter(familyName)}.` : given;
}

/** Enough of an address for its owner to know it, and no more: `a***@example.com`. */
export function maskedEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at < 1) return '***';
  return `${firstLetter(email)}***${email.slice(at)}`;
}

/** The first character as a reader counts them: never half of a surrogate pair. */
function firstLetter(text: string): string {
  return [...text][0] ?? '';
}

const special = /[&<>"'`=]/g;
const safe = /^[^&<>"'`=]*$/;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

/** Text that means itself in HTML, between tags and in a quoted value. */
export function escaped(text: string): string {
  return safe.test(text) ? text : text.replace(special, (character) => entities[character] ?? '');
}

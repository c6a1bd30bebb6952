/** What a spreadsheet takes for the beginning of a formula, in the wide forms of East Asian keyboards as well. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One line of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe: what
 * customers call themselves is opened on the machines of staff.
 */
export function csvLine(cells: readonly (string | number | Date | null | undefined)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | Date | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

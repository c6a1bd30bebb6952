/** One row of a table: its cells by the heading of their column. */
export type Row = Readonly<Record<string, string>>;

/**
 * Reads a table drawn with bars, as a clerk would write it in a letter: headings, a line of dashes, rows. Every cell
 * is a text; an empty one is ''.
 */
export function table(drawn: string): Row[] {
  const lines = drawn
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line));
  const [headings = [], ...rows] = lines.map((line) =>
    line
      .slice(1, line.endsWith('|') ? -1 : undefined)
      .split('|')
      .map((cell) => cell.trim()),
  );
  return rows.map((cells) => {
    if (cells.length !== headings.length)
      throw new Error(`A row has ${cells.length} cells: ${cells.join(' | ')}`);
    return Object.fromEntries(cells.map((cell, index) => [headings[index] ?? '', cell]));
  });
}

/** The cell under a heading; a heading that is not there is a slip in the table or the test. */
export function cell(row: Row, heading: string): string {
  const value = row[heading];
  if (value === undefined) throw new Error(`The table has no column "${heading}"`);
  return value;
}

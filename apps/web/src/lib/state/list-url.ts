/** What of a list stands in the address: its filters by name, its search, its order and its page. */
export type ListView<F extends string> = Record<F | 'q' | 'sort' | 'cursor', string>;

/** Reads a list's view from the address; what is absent is ''. Unknown parameters are left to others. */
export function readList<F extends string>(
  search: { get(name: string): string | null },
  filters: readonly F[],
): ListView<F> {
  const names: (F | 'q' | 'sort' | 'cursor')[] = [...filters, 'q', 'sort', 'cursor'];
  return Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as ListView<F>;
}

/**
 * The address with some of a list's view changed; '' takes a parameter away. Any change but that of the page itself
 * goes back to the first page, for a cursor belongs to the filters it was made with.
 */
export function listAddress(
  url: { pathname: string; search: string },
  changes: Record<string, string>,
): string {
  const search = new URLSearchParams(url.search);
  if (!('cursor' in changes)) search.delete('cursor');
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  return text ? `${url.pathname}?${text}` : url.pathname;
}

/** The order that a click on a column asks for: upwards first, then downwards, then as it was. */
export function nextSort(current: string, column: string): string {
  if (current === column) return `-${column}`;
  return current === `-${column}` ? '' : column;
}

/** How a column is sorted, in the words of `aria-sort`. */
export function sortDirection(current: string, column: string): 'ascending' | 'descending' | 'none' {
  if (current === column) return 'ascending';
  return current === `-${column}` ? 'descending' : 'none';
}

const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

/** Moves the focus to the first link of the next or previous row of a table body. */
export function moveRow(event: KeyboardEvent): void {
  const step = steps[event.key];
  const row = (event.target as HTMLElement).closest('tr');
  if (!step || !row || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const link = next?.querySelector<HTMLElement>('a, button');
  if (!link) return;
  event.preventDefault();
  link.focus();
}

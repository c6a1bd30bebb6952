/** The list of deliveries behind a number: its filters as the list reads them from the address. */
export function deliveriesHref(filters: Record<string, string>): `/staff/deliveries?${string}` {
  return `/staff/deliveries?${new URLSearchParams(filters)}`;
}

const delays = [1, 4, 15, 60, 300, 900] as const;
const longest = 3600;

/**
 * Seconds to wait before a row is tried again.
 * @param attempts how many attempts have been put off so far, this one included
 * @example backoffSeconds(1) // 1
 */
export function backoffSeconds(attempts: number): number {
  return delays[attempts - 1] ?? longest;
}

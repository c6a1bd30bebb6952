/**
 * Something that costs the database work, read when it is asked for and remembered for a while: however many look,
 * reading takes no more than a twentieth of one connection's time.
 */
export class Remembered<T> {
  private known: { at: number; lastsMs: number; value: T } | null = null;
  private reading: Promise<T> | null = null;

  /**
   * @param nowMs the time by which it grows old
   * @param leastMs for how long it is remembered at the least
   */
  constructor(
    private readonly read: () => Promise<T>,
    private readonly nowMs: () => number,
    private readonly leastMs: number,
  ) {}

  get(): Promise<T> {
    if (this.known && this.nowMs() - this.known.at < this.known.lastsMs)
      return Promise.resolve(this.known.value);
    this.reading ??= this.readNow().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readNow(): Promise<T> {
    const at = this.nowMs();
    const startedAt = performance.now();
    const value = await this.read();
    this.known = { at, value, lastsMs: Math.max(this.leastMs, 20 * (performance.now() - startedAt)) };
    return value;
  }
}

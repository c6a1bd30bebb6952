/**
 * As many slots as a process has connections, shared by all of its chunks: who marks a row as being handed over
 * holds one until the outcome is written, so a killed process leaves no more rows in doubt than that.
 */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private left: number) {}

  /** Waits for a free slot and takes it. */
  async take(): Promise<void> {
    if (this.left > 0) {
      this.left -= 1;
      return;
    }
    // Whoever frees a slot hands it on, so nobody who came later gets it first.
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  free(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.left += 1;
  }
}

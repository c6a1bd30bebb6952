/** What comes when: entries by their moment, given out in the order of time. More may be added on the way. */
export class Agenda<Entry> {
  private readonly entries = new Map<number, Entry[]>();
  /** Moments with entries, the earliest last. */
  private readonly moments: number[] = [];

  add(moment: number, entry: Entry): void {
    const there = this.entries.get(moment);
    if (there !== undefined) {
      there.push(entry);
      return;
    }
    this.entries.set(moment, [entry]);
    let [low, high] = [0, this.moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.moments[middle]! > moment) low = middle + 1;
      else high = middle;
    }
    this.moments.splice(low, 0, moment);
  }

  /** Takes out what comes first before a moment; null when nothing does. */
  takeBefore(moment: number): { moment: number; entries: Entry[] } | null {
    const next = this.moments.at(-1);
    if (next === undefined || next >= moment) return null;
    this.moments.pop();
    const entries = this.entries.get(next)!;
    this.entries.delete(next);
    return { moment: next, entries };
  }

  /** Everything that is left. */
  rest(): Entry[] {
    return [...this.entries.values()].flat();
  }
}

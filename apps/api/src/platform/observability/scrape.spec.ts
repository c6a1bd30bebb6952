import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Scrape } from './scrape.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const up = async (text: Promise<string>) => /^aftercare_database_up (\d)$/m.exec(await text)?.[1];

it('says of a database that does not answer that it is away, and asks it no second time meanwhile', async () => {
  const scrape = new Scrape();
  let answer = () => {};
  const read = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
  scrape.before(read);
  for (const times of [1, 1]) {
    const asked = scrape.text();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await up(asked)).toBe('0');
    expect(read).toHaveBeenCalledTimes(times);
  }
  answer();
  await vi.advanceTimersByTimeAsync(10_000);
  const asked = scrape.text();
  answer();
  expect(await up(asked)).toBe('1');
  expect(read).toHaveBeenCalledTimes(2);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Remembered } from './remembered.js';

it('reads once for all who ask at the same time, and again when it has grown old', async () => {
  let now = 0;
  let reads = 0;
  const remembered = new Remembered(
    () => Promise.resolve(++reads),
    () => now,
    1000,
  );
  expect(await Promise.all([remembered.get(), remembered.get()])).toEqual([1, 1]);
  now = 999;
  expect(await remembered.get()).toBe(1);
  now = 1_000_000;
  expect(await remembered.get()).toBe(2);
});

it('is remembered for longer, the longer it takes to read', async () => {
  let now = 0;
  let reads = 0;
  const remembered = new Remembered(
    async () => (await sleep(30), ++reads),
    () => now,
    1,
  );
  await remembered.get();
  now = 500;
  expect(await remembered.get()).toBe(1);
});

it('asks again after a failure', async () => {
  let fails = true;
  const remembered = new Remembered(
    () => (fails ? Promise.reject(new Error('away')) : Promise.resolve('here')),
    () => 0,
    1000,
  );
  await expect(remembered.get()).rejects.toThrow('away');
  fails = false;
  expect(await remembered.get()).toBe('here');
});

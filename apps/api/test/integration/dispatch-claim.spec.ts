import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChunkRepository, type ClaimedRow } from '../../src/features/deliveries/chunk.repository.js';
import type { Mark } from '../../src/features/deliveries/deliveries.types.js';
import { DispatchService } from '../../src/features/deliveries/dispatch.service.js';
import { JournalRepository } from '../../src/features/deliveries/journal.repository.js';
import { settleOutcome, settleRefusal } from '../../src/features/deliveries/settle.js';
import { Transactions } from '../../src/platform/database/transactions.js';
import { asOf, harness, type Harness } from './deliver-fixture.js';

/** Two workers that both believe a chunk to be theirs: the first was only slow, not dead. */
describe('a chunk that a second worker has taken over', () => {
  let on: Harness;
  let journal: JournalRepository;
  beforeAll(async () => {
    on = await harness();
    journal = on.app.get(JournalRepository);
  });
  beforeEach(() => on.reset());
  afterAll(() => on.close());

  async function released(contactClass: string): Promise<string> {
    await on.people(2);
    await on.campaign({ class: contactClass });
    await on.plan();
    await on.app.get(DispatchService).release(asOf, asOf);
    return (await on.row('c1')).chunk_id!;
  }
  const claim = async (chunkId: string): Promise<ClaimedRow[]> =>
    (await on.app.get(Transactions).run((tx) => on.app.get(ChunkRepository).claim(tx, chunkId))).rows;
  const markOf = ({ deliveryId, anchorDate, claim }: ClaimedRow): Mark => ({
    ...{
      deliveryId,
      anchorDate,
      claim,
      recipient: 'x@example.com',
      messageId: '<x>',
      mergedInto: null,
      subject: 's',
    },
    raw: Buffer.from('bytes'),
    dictionary: null,
  });
  const mark = async (row: ClaimedRow, again = false) =>
    (await journal.write([], [markOf(row)], again)).size === 1;
  const outcome = (row: ClaimedRow, kind: 'accepted' | 'lost') =>
    journal.write(
      [
        settleOutcome(
          row,
          kind === 'accepted'
            ? { kind, reply: '250 ok' }
            : { kind: 'not_sent', reason: 'connection_lost', detail: 'gone', reply: null },
          'x@example.com',
        ),
      ],
      [],
      false,
    );

  it('lets only the second begin a message', async () => {
    const chunkId = await released('service');
    const [slow] = await claim(chunkId);
    const [next] = await claim(chunkId);
    expect(next!.deliveryId).toBe(slow!.deliveryId);
    expect(await mark(slow!)).toBe(false);
    expect(await mark(next!)).toBe(true);
  });

  it('puts marketing that was under way in doubt, until the first brings the word of the mail server', async () => {
    const chunkId = await released('marketing');
    const [slow] = await claim(chunkId);
    expect(await mark(slow!)).toBe(true);
    const rest = await claim(chunkId);
    expect(rest.map(({ customerId }) => customerId)).toEqual(['c2']);
    expect(await on.row('c1')).toMatchObject({ state: 'in_doubt', reason: 'worker_lost' });
    await outcome(slow!, 'lost');
    expect(await on.row('c1')).toMatchObject({ state: 'in_doubt' });
    await outcome(slow!, 'accepted');
    expect(await on.row('c1')).toMatchObject({ state: 'sent', reason: null });
  });

  it('gives a service message that was under way one more try, unless the first was accepted after all', async () => {
    const chunkId = await released('service');
    const [slow] = await claim(chunkId);
    await mark(slow!);
    const again = await claim(chunkId);
    expect(again[0]).toMatchObject({ deliveryId: slow!.deliveryId, doubted: true });
    await outcome(slow!, 'accepted');
    expect(await on.row('c1')).toMatchObject({ state: 'sent' });
    expect(await mark(again[0]!)).toBe(false);
  });

  it('says that it went twice when both were accepted, and never tries a third time', async () => {
    const chunkId = await released('service');
    const [slow] = await claim(chunkId);
    await mark(slow!);
    const [second] = await claim(chunkId);
    expect(await mark(second!)).toBe(true);
    await outcome(slow!, 'accepted');
    expect((await on.row('c1')).state).toBe('sending');
    expect((await claim(chunkId)).map(({ customerId }) => customerId)).toEqual(['c2']);
    expect(await on.row('c1')).toMatchObject({ state: 'in_doubt', reason: 'worker_lost' });
    await outcome(second!, 'accepted');
    expect(await on.row('c1')).toMatchObject({ state: 'in_doubt', reason: 'resent' });
  });

  it('lets a row go that the contact gate puts off: planned again, for that time and day', async () => {
    const [row] = await claim(await released('service'));
    const until = Temporal.Instant.from('2031-05-07T06:00:00Z');
    const later = {
      allow: false,
      state: 'deferred',
      reason: 'quiet_hours',
      until,
      contactOn: '2031-05-07',
    } as const;
    await journal.write([settleRefusal(row!, later)], [], false);
    const found = (await on.rows()).find(({ delivery_id: id }) => id === row!.deliveryId);
    expect(found).toMatchObject({
      ...{ state: 'planned', reason: 'quiet_hours', contact_on: '2031-05-07', attempts: 0 },
      ...{ chunk_id: null, claim: null, next_attempt_at: new Date(until.epochMilliseconds) },
    });
  });

  it('takes a mark that was written twice, its first answer lost, for the same mark', async () => {
    const [row] = await claim(await released('service'));
    expect(await mark(row!)).toBe(true);
    expect(await mark(row!)).toBe(false);
    expect(await mark(row!, true)).toBe(true);
  });
});

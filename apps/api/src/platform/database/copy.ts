import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import copyStreams from 'pg-copy-streams';
import type { Tx } from './tx.js';

/**
 * Streams `source` into a `COPY … FROM STDIN` statement on the transaction's own connection.
 * @throws when `tx` is not a transaction: the pool has no one connection to copy on.
 */
export async function copyInto(tx: Tx, statement: string, source: Readable): Promise<void> {
  await pipeline(source, (await clientOf(tx)).query(copyStreams.from(statement)));
}

/** Streams what a `COPY … TO STDOUT` statement gives, on the transaction's own connection. */
export async function copyOut(tx: Tx, statement: string): Promise<Readable> {
  return (await clientOf(tx)).query(copyStreams.to(statement));
}

async function clientOf(tx: Tx): Promise<ClientBase> {
  if (!tx.queryRunner) throw new Error('COPY needs a transaction');
  return (await tx.queryRunner.connect()) as ClientBase;
}

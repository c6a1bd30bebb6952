import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Db } from 'pg-boss';
import type { DatabaseAddress } from '../database/database-address.js';
import type { DatabaseClient } from '../database/database-client.js';

const mostConnections = 6;
const longestPauseMs = 10_000;

/**
 * The connections of the job queue. pg-boss has its own, which take every listener off a connection that is given up: when
 * the database goes away at that moment, an error that nobody hears ends the process.
 */
export class QueueDatabase implements Db {
  private readonly pool: pg.Pool;

  constructor(private readonly address: DatabaseAddress) {
    this.pool = new pg.Pool({
      ...address.settings,
      application_name: 'aftercare-queue',
      max: mostConnections,
    });
    this.pool.on('error', () => undefined);
  }

  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }> {
    return this.pool.query(text, values);
  }

  /** Listens on a connection of its own, and connects anew when that is lost. Jobs are found by asking as well. */
  async listen(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect: () => void,
  ): Promise<{ close(): Promise<void> }> {
    const stop = new AbortController();
    let client: DatabaseClient;
    const connect = async () => {
      client = this.address.client('aftercare-listen');
      client.on('notification', ({ payload }) => payload !== undefined && onNotification(payload));
      try {
        await client.connect();
        await client.query(`LISTEN "${channel}"`);
      } catch (error) {
        await client.end().catch(() => undefined);
        throw error;
      }
      client.once('end', () => void connectAgain());
      onReconnect();
    };
    const connectAgain = async () => {
      for (let pauseMs = 500; !stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
        if (stop.signal.aborted) return;
        const connected = await connect().then(
          () => true,
          () => false,
        );
        if (connected) return;
      }
    };
    await connect();
    return {
      close: async () => {
        stop.abort();
        await client.end().catch(() => undefined);
      },
    };
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

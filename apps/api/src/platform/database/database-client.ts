import type { Socket } from 'node:net';
import pg from 'pg';

/** Every connection that a part of the process has open. */
export type OpenConnections = Set<DatabaseClient>;

/**
 * How a connection learns that the other side is gone without a word, as when a cable is pulled: the operating system
 * asks after a silence of ten seconds. The server asks as well, and takes back what a machine held that is no longer
 * there. From whoever stands still in the middle of a transaction it takes locks and transaction back after a minute.
 * It waits longer for one that only does not read what it has asked for: that may be an export that somebody looks at.
 */
export const connectionSettings = {
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  connectionTimeoutMillis: 30_000,
  options: [
    'tcp_keepalives_idle=10',
    'tcp_keepalives_interval=5',
    'tcp_keepalives_count=3',
    'tcp_user_timeout=120000',
    'client_connection_check_interval=10000',
    'idle_in_transaction_session_timeout=60000',
  ]
    .map((setting) => `-c ${setting}`)
    .join(' '),
} as const satisfies pg.ClientConfig;

/** A connection to the database that can be cut, and whose loss does not end the process. */
export class DatabaseClient extends pg.Client {
  constructor(config: pg.ClientConfig & { connections?: OpenConnections } = {}) {
    super(config);
    // An error that nobody listens to at that moment would end the process. Whoever uses the connection hears of it.
    this.on('error', () => undefined);
    config.connections?.add(this);
    this.once('end', () => config.connections?.delete(this));
  }

  /** Ends the connection at once, whatever is under way on it. */
  cut(): void {
    (this as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  }
}

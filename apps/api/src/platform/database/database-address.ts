import type pg from 'pg';
import { connectionSettings, DatabaseClient, type OpenConnections } from './database-client.js';

/** Where the platform's database is, and every connection that this process has to it. */
export class DatabaseAddress {
  private readonly connections: OpenConnections = new Set();

  constructor(readonly url: string) {}

  /** What connections and pools of them are made with. */
  get settings() {
    return {
      ...connectionSettings,
      connectionString: this.url,
      Client: DatabaseClient,
      connections: this.connections,
    };
  }

  /** A connection of one's own. @param options further settings of the session, as `-c name=value` */
  client(application: string, options: readonly string[] = []): DatabaseClient {
    const config: pg.ClientConfig = {
      ...this.settings,
      application_name: application,
      options: [connectionSettings.options, ...options].join(' '),
    };
    return new DatabaseClient(config);
  }

  /** Ends every connection at once: what is under way on them fails, and whoever needs one connects anew. */
  cutAll(): void {
    for (const client of [...this.connections]) client.cut();
  }
}

import type { DatabaseAddress } from '../../platform/database/database-address.js';
import type { DatabaseClient } from '../../platform/database/database-client.js';

/**
 * Planning a statement over a partitioned table costs several times its execution, so the plan is made once and
 * kept. Kept plans must hold for a ledger of any size: looking rows up by their keys does, reading it whole does not.
 */
const settings = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

/**
 * An array as PostgreSQL writes it, for ids, dates, numbers, truths and codes: whatever has no character that would have
 * to be escaped. Escaping each of them nevertheless is a good part of the time that a write takes.
 */
export function plainArray(values: readonly (string | number | boolean | Date | null)[]): string {
  const texts = values.map((value) => (value instanceof Date ? value.toISOString() : (value ?? 'NULL')));
  return `{${texts.join(',')}}`;
}

/** Statements that are run all the time, on a connection of their own, parsed and planned once. */
export class PreparedStatements {
  private connecting: Promise<DatabaseClient> | null = null;

  /** @param changed settings of the session that differ from the usual ones */
  constructor(
    private readonly address: DatabaseAddress,
    private readonly changed: Partial<typeof settings> & { enable_nestloop?: string } = {},
  ) {}

  /**
   * Connects when needed.
   * @param name the statement's own: the same name is always the same text
   * @throws what the database or the connection said; the next run connects anew.
   */
  async run<Row>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const client = await (this.connecting ??= this.connect());
    const { rows } = await client.query({ name, text, values });
    return rows as Row[];
  }

  async close(): Promise<void> {
    const client = await this.connecting?.catch(() => null);
    this.connecting = null;
    await client?.end();
  }

  private async connect(): Promise<DatabaseClient> {
    const client = this.address.client(
      'aftercare',
      Object.entries({ ...settings, ...this.changed }).map(([name, value]) => `-c ${name}=${value}`),
    );
    const forget = () => (this.connecting = null);
    // Without a listener an error of the connection would end the process; the statement in flight hears of it.
    client.on('error', forget);
    client.on('end', forget);
    try {
      await client.connect();
    } catch (error) {
      forget();
      throw error;
    }
    return client;
  }
}

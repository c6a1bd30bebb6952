import type { Config } from '../config/config.js';
import { migrate } from './data-source.js';
import { holdCopy } from './installation.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { patiently } from './patience.js';

/** A database that is reachable and whose schema is up to date. */
export interface OpenDatabase {
  url: string;
  close(): Promise<void>;
}

/**
 * Reaches the configured database, or the embedded one, and migrates it. Waits for one that is not up yet.
 * @param sends whether this process is to send: then a copy of another installation's database is held
 */
export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'> & Partial<Pick<Config, 'installation'>>,
  sends = false,
): Promise<OpenDatabase> {
  const embedded = config.databaseUrl ? null : await EmbeddedPostgres.hold(config.dataDir);
  const url = config.databaseUrl ?? embedded!.url;
  try {
    await patiently(() => migrate(url));
    const place = config.installation ?? embedded?.identity ?? '';
    if (sends && (await patiently(() => holdCopy(url, place)))) {
      process.stderr.write(
        'This database is a copy of another installation: nothing is sent until it is adopted.\n',
      );
    }
  } catch (error) {
    await embedded?.release();
    throw error;
  }
  return { url, close: async () => embedded?.release() };
}

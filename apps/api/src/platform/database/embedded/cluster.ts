import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accountFor, ownerCanReach, type Account } from './account.js';
import { findBinaries, sharedHome, type Binaries } from './binaries.js';

/** A data folder of PostgreSQL, made and ready to be served. */
export interface Cluster {
  folder: string;
  account: Account | null;
  binaries: Binaries;
  port: number;
  password: string;
}

/** Kept beside the data, so that every start serves the same address. */
interface Access {
  port: number;
  password: string;
}

/** Finds the cluster that belongs to `dataDir`, or makes it. Two processes may try at once: one of them wins. */
export async function openCluster(dataDir: string): Promise<Cluster> {
  const folder = join(clusterHome(dataDir), 'postgres');
  const account = accountFor(folder);
  const binaries = await findBinaries(account);
  if (!existsSync(folder)) await createCluster(folder, account, binaries);
  return { folder, account, binaries, ...readAccess(folder) };
}

/** Beside the rest of the data, unless PostgreSQL's own account could not get there. */
function clusterHome(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  if (process.getuid?.() !== 0 || ownerCanReach(join(dataDir, 'postgres'))) return dataDir;
  const home = join(sharedHome, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  mkdirSync(home, { recursive: true, mode: 0o755 });
  return home;
}

async function createCluster(folder: string, account: Account | null, binaries: Binaries): Promise<void> {
  const half = `${folder}.${randomBytes(6).toString('hex')}`;
  const passwordFile = `${half}.password`;
  const access: Access = { port: await freePort(), password: randomBytes(24).toString('base64url') };
  try {
    mkdirSync(half, { mode: 0o700 });
    writeFileSync(passwordFile, access.password, { mode: 0o600 });
    if (account) {
      chownSync(half, account.uid, account.gid);
      chownSync(passwordFile, account.uid, account.gid);
    }
    await promisify(execFile)(
      binaries.initdb,
      [
        ...['-D', half, '-U', 'aftercare', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ],
      { ...account, cwd: '/', env: { ...process.env, LC_ALL: 'C' } },
    );
    writeFileSync(join(half, 'aftercare.json'), JSON.stringify(access), { mode: 0o600 });
    renameSync(half, folder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    // Another process made it meanwhile: that one serves.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function readAccess(folder: string): Access {
  return JSON.parse(readFileSync(join(folder, 'aftercare.json'), 'utf8')) as Access;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

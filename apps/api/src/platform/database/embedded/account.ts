import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Whom PostgreSQL runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. As root it runs as the owner of its data, or as `nobody` when there is
 * none yet; anyone else runs it as themselves (null).
 */
export function accountFor(dataFolder: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  try {
    const { uid, gid } = statSync(dataFolder);
    if (uid !== 0) return { uid, gid };
  } catch {
    // No data yet.
  }
  const nobody = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (!nobody)
    throw new Error('PostgreSQL cannot run as root, and there is no account "nobody" to run it as.');
  return { uid: Number(nobody[1]), gid: Number(nobody[2]) };
}

/** Whether an account without rights of its own can enter every folder above `path`. */
export function ownerCanReach(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

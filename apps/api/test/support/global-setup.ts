import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/database/data-source.js';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';

/** One server for all tests of a run, with nothing to lose: it need not survive a power cut. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-test-'));
  // As root the server runs as somebody else, who must be able to get in.
  chmodSync(folder, 0o755);
  const server = await EmbeddedPostgres.hold(folder, {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
  });
  const release = async () => {
    await server.release();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const admin = new pg.Client(server.urlOf('postgres'));
    await admin.connect();
    await admin.query('CREATE DATABASE template_aftercare');
    await admin.end();
    await migrate(server.urlOf('template_aftercare'));
  } catch (error) {
    // Nobody else would: after a set-up that failed there is nothing to tear down.
    await release();
    throw error;
  }
  project.provide('postgres', { adminUrl: server.urlOf('postgres'), template: 'template_aftercare' });
  return release;
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AppModule } from '../../dist/app.module.js';
import { Config, loadConfig } from '../../dist/platform/config/config.js';
import { openDatabase } from '../../dist/platform/database/open-database.js';
import { MailServer } from '../../dist/platform/mail/mail-server.js';

/**
 * A platform with a database of its own, empty, which is gone after `close`. It serves and schedules nothing by itself.
 *
 * @param settings changes to its settings
 * @param mailUrl where mail goes; nowhere when left out
 */
export async function openPlatform({ settings = {}, mailUrl = 'smtp://127.0.0.1:9' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-bench-'));
  // For root's servers run as somebody else, and where they may not look in, their files lie elsewhere and stay there.
  chmodSync(folder, 0o755);
  const environment = { AFTERCARE_DATA_DIR: folder, AFTERCARE_SAMPLE: '0' };
  const config = new Config({ ...loadConfig(environment), roles: new Set(), ...settings });
  const database = await openDatabase(config);
  const app = await NestFactory.createApplicationContext(
    AppModule.register({ config, databaseUrl: database.url, mailServer: new MailServer(mailUrl, null) }),
    { logger: ['error'] },
  );
  const client = new pg.Client(database.url);
  await client.connect();
  return {
    app,
    config,
    databaseUrl: database.url,
    /** A connection for the bench's own statements. */
    client,
    get: (service) => app.get(service, { strict: false }),
    async close() {
      await client.end();
      await app.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Seconds since a moment of `performance.now()`. */
export function seconds(since) {
  return round((performance.now() - since) / 1000);
}

export function round(value, digits = 2) {
  return Number(value.toFixed(digits));
}

export function peakMemoryMb() {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

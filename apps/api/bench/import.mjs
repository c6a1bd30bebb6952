import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../dist/app.module.js';
import { Config, loadConfig } from '../dist/platform/config/config.js';
import { openDatabase } from '../dist/platform/database/open-database.js';
import { MailServer } from '../dist/platform/mail/mail-server.js';
import { writeSampleFiles } from '../dist/platform/demo/sample-files.js';
import { BookImportService } from '../dist/features/book/book-import.service.js';

export const description =
  'Rows per second of a policies import, new and unchanged, beside a bare COPY and merge of the same file (--policies 1000000)';

/**
 * Both sides read the same CSV file into the same server, one after the other. The bare side checks nothing: it
 * copies into an unlogged table and merges with INSERT … ON CONFLICT into a copy of the table with its indexes.
 */
export async function run(args) {
  const { values } = parseArgs({ args, options: { policies: { type: 'string', default: '100000' } } });
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-bench-'));
  const platform = await openPlatform(folder);
  try {
    const customers = Math.ceil(Number(values.policies) * 0.65);
    const files = await writeSampleFiles(
      { customers, seed: 'bench', today: '2026-11-22' },
      join(folder, 'book'),
    );
    const { path, rows } = files.policies;
    const importing = platform.app.get(BookImportService, { strict: false });
    await importing.importFile(requestOf('customers', files.customers.path));

    const bare = await Bare.open(platform.databaseUrl);
    const measures = {};
    for (const pass of ['created', 'unchanged']) {
      measures[pass] = { bare: await timed(bare, () => bare.import(path)) };
      measures[pass].ours = await timed(bare, async () => {
        const counts = await importing.importFile(requestOf('policies', path));
        if (counts[pass] !== rows) throw new Error(`Expected ${rows} ${pass}: ${JSON.stringify(counts)}`);
      });
    }
    await bare.close();
    return {
      rows,
      fileMb: Math.round(statSync(path).size / 1e6),
      created: compare(rows, measures.created),
      unchanged: compare(rows, measures.unchanged),
      peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  } finally {
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The platform without any of its roles, on an embedded database of its own. */
async function openPlatform(folder) {
  const environment = { AFTERCARE_DATA_DIR: folder, AFTERCARE_SAMPLE: '0' };
  const config = new Config({ ...loadConfig(environment), roles: new Set() });
  const database = await openDatabase(config);
  const mailServer = new MailServer('smtp://127.0.0.1:9', null);
  const surroundings = { config, databaseUrl: database.url, mailServer };
  const app = await NestFactory.createApplicationContext(AppModule.register(surroundings), {
    logger: ['error'],
  });
  return {
    app,
    databaseUrl: database.url,
    async close() {
      await app.close();
      await database.close();
    },
  };
}

function requestOf(kind, source) {
  return { kind, source, fileName: `${kind}.csv`, dryRun: false, startedBy: 'bench' };
}

async function timed(bare, work) {
  // What the last pass left to be written is not this pass's cost.
  await bare.client.query('CHECKPOINT');
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function compare(rows, { bare, ours }) {
  const perSecond = (seconds) => Math.round(rows / seconds);
  return {
    rowsPerSecond: perSecond(ours),
    bareRowsPerSecond: perSecond(bare),
    ratio: Math.round((bare / ours) * 100) / 100,
  };
}

/** What PostgreSQL alone needs for a file: no checks, no history, no counts. */
class Bare {
  static async open(url) {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(
      'CREATE TABLE bare_policies (LIKE policies INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)',
    );
    return Object.assign(new Bare(), { client });
  }

  async import(path) {
    const columns = await this.fileColumns(path);
    const names = columns.join(', ');
    await this.client.query('BEGIN');
    await this.client.query(`CREATE UNLOGGED TABLE bare_stage AS SELECT ${names} FROM policies WITH NO DATA`);
    const copy = this.client.query(
      copyStreams.from(`COPY bare_stage (${names}) FROM STDIN (FORMAT csv, HEADER)`),
    );
    await pipeline(createReadStream(path, { highWaterMark: 262_144 }), copy);
    const changing = columns.filter((name) => name !== 'policy_id');
    await this.client.query(`
      INSERT INTO bare_policies AS book (${names}) SELECT ${names} FROM bare_stage
      ON CONFLICT (policy_id) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}
       WHERE (${changing.map((name) => `book.${name}`).join(', ')})
             IS DISTINCT FROM (${changing.map((name) => `excluded.${name}`).join(', ')})`);
    await this.client.query('DROP TABLE bare_stage');
    await this.client.query('COMMIT');
  }

  async fileColumns(path) {
    for await (const chunk of createReadStream(path, { encoding: 'utf8' }))
      return chunk.split('\n')[0].split(',');
  }

  async close() {
    await this.client.end();
  }
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { SettlementService } from '../../src/features/deliveries/settlement.service.js';
import { dataSourceOptions, migrate } from '../../src/platform/database/data-source.js';
import { DatabaseAddress } from '../../src/platform/database/database-address.js';
import { EmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.js';
import { asOf, harness, until, type Harness } from '../integration/deliver-fixture.js';
import { expectLedgerAndSinkToAgree, random } from './deliver-laws.js';

const seed = Number(process.env['AFTERCARE_TEST_SEED'] ?? 99);
const kills = 3;
const people = 150;

describe('a database that is killed while messages go out', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let on: Harness;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aftercare-killed-'));
    // As in production: what is committed is on the disk.
    server = await EmbeddedPostgres.hold(folder);
    await migrate(server.url);
    const dataSource = await new DataSource(dataSourceOptions(new DatabaseAddress(server.url))).initialize();
    on = await harness({ database: { url: server.url, dataSource, close: () => dataSource.destroy() } });
  });
  afterEach(async () => {
    await on.close();
    await on.sink.close();
    await on.database.close();
    const [{ data_directory: data }] = await postmasterData();
    await server.release();
    rmSync(data, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  async function postmasterData(): Promise<[{ data_directory: string }]> {
    const source = await new DataSource({
      ...dataSourceOptions(new DatabaseAddress(server.url)),
      poolSize: 1,
    }).initialize();
    try {
      return await source.query('SHOW data_directory');
    } finally {
      await source.destroy();
    }
  }

  it(`loses nothing and doubles nothing (seed ${seed})`, async () => {
    const next = random(seed);
    await on.people(people);
    await on.campaign();
    await on.campaign({ key: 'offer', class: 'marketing' });
    await on.plan();
    on.sink.script = (stage) => (stage === 'message' ? { waitMs: 20 } : null);
    const [{ data_directory: data }] = await postmasterData();
    const breaks = Array.from({ length: kills }, () => Math.floor(next() * people * 1.8)).sort(
      (a, b) => a - b,
    );

    const settling = on.app.get(SettlementService).settle(asOf, asOf, 240_000);
    for (const point of breaks) {
      const before = on.sink.arrived.length;
      await until(`message ${point}`, () => on.sink.arrived.length >= Math.max(point, before + 1));
      process.kill(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    }
    expect(await settling).toEqual({ going: 0, held: 0 });
    await expectLedgerAndSinkToAgree(on, kills * 4);
  });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import nodemailer from 'nodemailer';
import pg from 'pg';
import { Temporal } from 'temporal-polyfill';
import { AppModule } from '../dist/app.module.js';
import { CampaignsService } from '../dist/features/campaigns/campaigns.service.js';
import { PlannerService } from '../dist/features/campaigns/planner.service.js';
import { LedgerService } from '../dist/features/deliveries/ledger.service.js';
import { MessagesService } from '../dist/features/deliveries/messages.service.js';
import { SettlementService } from '../dist/features/deliveries/settlement.service.js';
import { Config, loadConfig } from '../dist/platform/config/config.js';
import { openDatabase } from '../dist/platform/database/open-database.js';
import { MailServer } from '../dist/platform/mail/mail-server.js';

export const description =
  "Messages per second from the ledger into a mail server on loopback, beside nodemailer's bare pool (--messages 20000 --connections 10)";

const asOf = Temporal.Instant.from('2031-05-06T09:30:00Z');

const campaign = {
  key: 'motor-renewal',
  name: 'Motor renewal',
  class: 'service',
  topic: 'renewals',
  subject: 'policy',
  audience: { field: 'policy.status', op: 'eq', value: 'in_force' },
  trigger: { type: 'date', field: 'policy.renewalDate' },
  steps: [{ key: 't-30', offsetDays: -30, at: '09:00', template: 'renewal-reminder' }],
};

/**
 * Everything is measured: gate, rendering, MIME, SMTP, the ledger and the kept bytes, in one process, from the
 * release of the first row until the last is settled. Then nodemailer sends a message of the same words as often
 * into the same server, and does nothing else.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      messages: { type: 'string', default: '20000' },
      connections: { type: 'string', default: '10' },
    },
  });
  const messages = Number(values.messages);
  const connections = Number(values.connections);
  const folder = mkdtempSync(join(tmpdir(), 'aftercare-bench-'));
  const sink = await startSink();
  const platform = await openPlatform(folder, sink.url, connections);
  try {
    await fillBook(platform.databaseUrl, messages);
    const get = (service) => platform.app.get(service, { strict: false });
    await get(CampaignsService).apply(JSON.stringify(campaign), { activate: true, actor: 'bench' });
    await get(PlannerService).plan(asOf);

    const begun = { at: performance.now(), cpu: process.cpuUsage() };
    const left = await get(SettlementService).settle(asOf, asOf, 60_000);
    const seconds = (performance.now() - begun.at) / 1000;
    const cpu = process.cpuUsage(begun.cpu);
    const taken = await sink.take();
    const account = await get(LedgerService).reconcile();
    if (
      left.going > 0 ||
      account.states.sent !== messages ||
      taken.distinct !== messages ||
      taken.messages !== messages
    ) {
      throw new Error(`Not every message went once: ${JSON.stringify({ left, account, taken })}`);
    }
    const peakMemoryMb = Math.round(process.resourceUsage().maxRSS / 1024);

    const sample = await oneMessage(platform.databaseUrl, get(MessagesService));
    const bare = await nodemailerAlone(sink, sample, messages, connections);
    const perSecond = messages / seconds;
    return {
      messages,
      connections,
      messageBytes: sample.sizeBytes,
      seconds: round(seconds),
      perSecond: Math.round(perSecond),
      cpuSecondsPerThousand: cpuPerThousand(cpu, messages),
      peakMemoryMb,
      nodemailer: bare,
      ratio: round(perSecond / bare.perSecond),
    };
  } finally {
    await platform.close();
    sink.process.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startSink() {
  const child = fork(fileURLToPath(new URL('./send/sink.mjs', import.meta.url)));
  const [{ port }] = await once(child, 'message');
  return {
    process: child,
    port,
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    async take() {
      child.send('take');
      return (await once(child, 'message'))[0];
    },
  };
}

/** The platform without any of its roles, on an embedded database of its own. */
async function openPlatform(folder, smtpUrl, mailConnections) {
  const environment = { AFTERCARE_DATA_DIR: folder, AFTERCARE_SAMPLE: '0' };
  const config = new Config({ ...loadConfig(environment), roles: new Set(), mailConnections });
  const database = await openDatabase(config);
  const app = await NestFactory.createApplicationContext(
    AppModule.register({ config, databaseUrl: database.url, mailServer: new MailServer(smtpUrl, null) }),
    { logger: ['error'] },
  );
  return {
    app,
    databaseUrl: database.url,
    async close() {
      await app.close();
      await database.close();
    },
  };
}

async function fillBook(databaseUrl, count) {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(
    `INSERT INTO customers (customer_id, given_name, family_name, email, locale, time_zone)
     SELECT 'c' || n, 'Ann', 'Reader ' || n, 'c' || n || '@example.com', 'en', 'UTC' FROM generate_series(1, $1) n`,
    [count],
  );
  await client.query(
    `INSERT INTO policies (policy_id, customer_id, line, product, status, start_date, renewal_date, premium_minor,
                           previous_premium_minor, currency, payment_mode)
     SELECT 'p' || n, 'c' || n, 'motor', 'Comprehensive', 'in_force', '2028-06-05', '2031-06-05', 48000 + n, 45000,
            'EUR', 'annual'
       FROM generate_series(1, $1) n`,
    [count],
  );
  await client.query('ANALYZE');
  await client.end();
}

async function oneMessage(databaseUrl, service) {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const { rows } = await client.query(`SELECT delivery_id FROM deliveries WHERE state = 'sent' LIMIT 1`);
  await client.end();
  return service.get(rows[0].delivery_id);
}

/** What nodemailer's own pool does with html and text. */
async function nodemailerAlone(sink, { html, text, subject, from }, messages, connections) {
  const pool = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port: sink.port, ignoreTLS: true },
    ...{ pool: true, maxConnections: connections, maxMessages: Infinity },
  });
  const begun = { at: performance.now(), cpu: process.cpuUsage() };
  let next = 0;
  const lane = async () => {
    while (next < messages) {
      next += 1;
      await pool.sendMail({ from, to: `c${next}@example.com`, subject, html, text });
    }
  };
  await Promise.all(Array.from({ length: connections * 2 }, lane));
  const seconds = (performance.now() - begun.at) / 1000;
  const cpu = process.cpuUsage(begun.cpu);
  pool.close();
  const taken = await sink.take();
  if (taken.messages !== messages) throw new Error(`nodemailer sent ${taken.messages} of ${messages}`);
  return { perSecond: Math.round(messages / seconds), cpuSecondsPerThousand: cpuPerThousand(cpu, messages) };
}

const cpuPerThousand = ({ user, system }, messages) => round((user + system) / 1e6 / (messages / 1000));

const round = (number) => Math.round(number * 100) / 100;

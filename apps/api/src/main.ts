import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { setUpApp } from './app.setup.js';
import { prepareSample } from './sample.setup.js';
import { Config, ConfigError, loadConfig } from './platform/config/config.js';
import { openDatabase } from './platform/database/open-database.js';
import { openMailServer } from './platform/mail/open-mail-server.js';
import { openMetricsServer } from './platform/observability/metrics-server.js';
import { Scrape } from './platform/observability/scrape.js';
import { startTracing } from './platform/observability/tracing.js';
import { DatabaseProbe } from './platform/database/database-probe.js';

/** Starts the platform with the roles it is configured for, and stops all it started on Ctrl-C or SIGTERM. */
async function start(config: Config): Promise<void> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  const stopping = untilToldToStop();
  try {
    if (config.otlpEndpoint) closers.push(await startTracing(config.otlpEndpoint));
    // Side by side: on a small machine each takes its second or two.
    const [mail, database] = await bothOrNeither(
      openMailServer(config),
      openDatabase(config, config.roles.has('worker')),
    );
    closers.push(
      () => database.close(),
      () => mail.close(),
    );
    const app = await NestFactory.create<NestExpressApplication>(
      AppModule.register({ config, databaseUrl: database.url, mailServer: mail.server }),
      { logger: ['error', 'warn'], abortOnError: false, bodyParser: true },
    );
    closers.push(() => app.close());
    setUpApp(app);
    const signIns = config.sample ? await prepareSample(app) : [];
    if (config.roles.has('web')) await app.listen(config.port, config.host);
    else await app.init();
    if (config.metricsPort !== undefined) {
      const parts = { scrape: app.get(Scrape), database: app.get(DatabaseProbe) };
      const metrics = await openMetricsServer(
        { host: config.host, port: config.metricsPort, token: config.metricsToken },
        parts,
      );
      closers.push(() => metrics.close());
    }
    announce(config, mail.server.inboxUrl, signIns);
    await stopping;
    process.stdout.write('Stopping.\n');
  } finally {
    await close();
  }
}

interface Closable {
  close(): unknown;
}

/** When one cannot be opened, the other one is closed again before that is told. */
async function bothOrNeither<A extends Closable, B extends Closable>(
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const settled = await Promise.allSettled([first, second]);
  if (settled.some(({ status }) => status === 'rejected')) {
    for (const each of settled) if (each.status === 'fulfilled') await each.value.close();
  }
  return Promise.all([first, second]);
}

function announce(
  config: Config,
  inboxUrl: string | null,
  signIns: { email: string; password: string; role: string }[],
): void {
  const lines = [
    `Aftercare is ready (${[...config.roles].join(', ')}${config.sending ? '' : '; sending is off'}).`,
    ...(config.roles.has('web')
      ? [`  Portal  ${config.publicUrl}/`, `  Desk    ${config.publicUrl}/staff`]
      : []),
    ...(inboxUrl ? [`  Inbox   ${inboxUrl}/`] : []),
    ...(signIns.length ? ['Sample sign-ins for the desk:'] : []),
    ...signIns.map(({ email, password, role }) => `  ${role.padEnd(10)} ${email}  ${password}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    // For good: npm passes on the Ctrl-C that this process has had already, and a second one unheard would end it half-way.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

try {
  await start(loadConfig(process.env));
  process.exit(0);
} catch (error) {
  process.stderr.write(
    `Aftercare did not start.\n${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
}

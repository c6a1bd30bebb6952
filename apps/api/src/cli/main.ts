import 'reflect-metadata';
import { CommandFactory } from 'nest-commander';
import { Config, ConfigError, loadConfig } from '../platform/config/config.js';
import { openDatabase } from '../platform/database/open-database.js';
import { openMailServer } from '../platform/mail/open-mail-server.js';
import { ProblemError } from '../platform/http/problem.js';
import { CliModule } from './cli.module.js';
import { CommandFailed, printJson, say } from './output.js';

/** Runs one command beside a running platform, or alone: the database is up for as long as it takes. */
async function run(): Promise<void> {
  // A command is none of the platform's roles: it serves, schedules and works off nothing by itself.
  const config = new Config({ ...loadConfig(process.env), roles: new Set() });
  const database = await openDatabase(config);
  const mail = await openMailServer(config);
  try {
    const app = await CommandFactory.createWithoutRunning(
      CliModule.register({ config, databaseUrl: database.url, mailServer: mail.server }),
      { logger: ['error'], cliName: 'aftercare', errorHandler: endedByParser, serviceErrorHandler: refused },
    );
    try {
      await CommandFactory.runApplication(app);
    } finally {
      await app.close();
    }
  } finally {
    mail.close();
    await database.close();
  }
}

/** What the parser of the command line has to say it has said already: help is no fault, all else is wrong usage. */
function endedByParser(error: Error & { exitCode?: number; code?: string }): void {
  if (error instanceof CommandFailed || error instanceof ProblemError) return refused(error);
  if (error.code === undefined || !error.code.startsWith('commander.')) return refused(error);
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

function refused(error: Error): void {
  process.exitCode = 1;
  const known = error instanceof CommandFailed || error instanceof ProblemError;
  const errors = known ? error.errors : [];
  const code = known ? error.code : 'internal';
  say([error.message, ...errors.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`)].join('\n'));
  if (!known && error.stack) say(error.stack);
  if (process.argv.includes('--json')) printJson({ error: { code, detail: error.message, errors } });
}

try {
  await run();
} catch (error) {
  if (error instanceof ConfigError) {
    say(error.message);
    process.exitCode = 1;
  } else refused(error as Error);
}
process.exit();

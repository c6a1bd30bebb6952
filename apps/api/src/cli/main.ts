import 'reflect-metadata';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { Config, ConfigError, loadConfig } from '../platform/config/config.js';
import { openDatabase } from '../platform/database/open-database.js';
import { ProblemError } from '../platform/http/problem.js';
import { configuredMailServer, openMailServer } from '../platform/mail/open-mail-server.js';
import { isOffline, OfflineModule } from './offline.module.js';
import { CommandFailed, printJson, say } from './output.js';

/** Of all commands only `run` sends: the others must not wait for a development inbox to start. */
const sends = process.argv[2] === 'run';

async function runOffline(): Promise<void> {
  const app = await CommandFactory.createWithoutRunning(OfflineModule, {
    logger: ['error'],
    serviceErrorHandler: answerError,
  });
  throwInsteadOfExiting(app.get(CommandRunnerService)['commander']);
  await CommandFactory.runApplication(app);
}

/** Runs one command beside a running platform, or alone: the database is up for as long as it takes. */
async function run(): Promise<void> {
  // Loaded here: what runs offline does without the whole platform.
  const { CliModule } = await import('./cli.module.js');
  // A command is none of the platform's roles: it serves, schedules and works off nothing by itself.
  const config = new Config({ ...loadConfig(process.env), roles: new Set() });
  const database = await openDatabase(config, sends);
  try {
    const mail = sends ? await openMailServer(config) : configuredMailServer(config);
    const app = await CommandFactory.createWithoutRunning(
      CliModule.register({ config, databaseUrl: database.url, mailServer: mail.server }),
      { logger: ['error'], serviceErrorHandler: answerError },
    );
    try {
      throwInsteadOfExiting(app.get(CommandRunnerService)['commander']);
      await CommandFactory.runApplication(app);
    } finally {
      await app.close();
      mail.close();
    }
  } finally {
    await database.close();
  }
}

type Commander = CommandRunnerService['commander'];

/** The parser would end the process where it stands, and the database with its last holder gone would stay up. */
function throwInsteadOfExiting(command: Commander): void {
  command.name('aftercare').exitOverride();
  const override = (each: Commander) => {
    each.exitOverride();
    each.commands.forEach(override);
  };
  command.commands.forEach(override);
}

function answerError(error: Error & { exitCode?: number; code?: string }): void {
  if (error.code?.startsWith('commander.')) {
    // The parser has told it already. Help that was asked for is no fault; all else is wrong usage.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  process.exitCode = 1;
  const known = error instanceof CommandFailed || error instanceof ProblemError;
  const { code, errors } = known ? error : { code: 'internal', errors: [] };
  say(
    [error.message, ...errors.map(({ path, message }) => `  ${path ? `${path}: ` : ''}${message}`)].join(
      '\n',
    ),
  );
  if (!known && error.stack) say(error.stack);
  if (process.argv.includes('--json')) printJson({ error: { code, detail: error.message, errors } });
}

try {
  await (isOffline(process.argv.slice(2)) ? runOffline() : run());
} catch (error) {
  const named = error instanceof ConfigError ? new CommandFailed('bad_setting', error.message) : error;
  answerError(named as Error);
}
process.exit();

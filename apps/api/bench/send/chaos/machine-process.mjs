import 'reflect-metadata';
import { flushCompileCache } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../../dist/app.module.js';
import { CampaignsService } from '../../../dist/features/campaigns/campaigns.service.js';
import { LedgerService } from '../../../dist/features/deliveries/ledger.service.js';
import { MailTimeouts } from '../../../dist/features/deliveries/mailer.js';
import { Config, loadConfig } from '../../../dist/platform/config/config.js';
import { migrate } from '../../../dist/platform/database/data-source.js';
import { MailServer } from '../../../dist/platform/mail/mail-server.js';

/**
 * A machine of its own: the whole platform with some of its roles, opened and closed as its parent says. Between two
 * runs a machine that nobody has killed is used again, for loading the platform's programs is most of a start.
 */
let app = null;

const answers = {
  async open({ databaseUrl, mailUrl, roles, connections, timeouts }) {
    const environment = { AFTERCARE_SECRET: 'a secret that only this run knows', AFTERCARE_SAMPLE: '0' };
    const config = new Config({
      ...loadConfig(environment),
      roles: new Set(roles),
      mailConnections: connections,
    });
    const surroundings = { config, databaseUrl, mailServer: new MailServer(mailUrl, null) };
    // As whatever supervises a machine does: one that cannot start, because the database is away, is started again.
    for (;;) {
      try {
        app = await NestFactory.create(AppModule.register(surroundings), {
          logger: false,
          abortOnError: false,
        });
        Object.assign(app.get(MailTimeouts, { strict: false }).values, timeouts);
        return void (await app.init());
      } catch {
        await app?.close().catch(() => undefined);
        await pause(200);
      }
    }
  },
  async close() {
    await app.close();
    app = null;
  },
  migrate: ({ databaseUrl }) => migrate(databaseUrl),
  async apply({ campaigns }) {
    const service = app.get(CampaignsService, { strict: false });
    for (const each of campaigns)
      await service.apply(JSON.stringify(each), { activate: true, actor: 'chaos' });
  },
  reconcile: () => app.get(LedgerService, { strict: false }).reconcile(),
};

process.on('message', async ({ id, ask, ...given }) => {
  try {
    process.send({ id, answer: await answers[ask](given) });
  } catch (error) {
    process.send({ id, error: String(error.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit());
// Whoever is killed cannot do it at its end.
flushCompileCache();
process.send({ ready: true });

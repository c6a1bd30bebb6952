import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { Config, loadConfig } from '../../src/platform/config/config.js';
import { MailServer } from '../../src/platform/mail/mail-server.js';
import type { TestDatabase } from './database.js';

export interface TestApp {
  url: string;
  get<T>(service: Type<T>): T;
  close(): Promise<void>;
}

/** The platform on a test's own database. It serves HTTP; it schedules and works only when given those roles. */
export async function testApp(given: {
  database: TestDatabase;
  config?: Partial<Config>;
  mailServer?: MailServer;
  clock?: Clock;
}): Promise<TestApp> {
  const environment = { AFTERCARE_SECRET: 'a secret that only the tests know', AFTERCARE_SAMPLE: '0' };
  const config = new Config({ ...loadConfig(environment), roles: new Set(['web']), ...given.config });
  const mailServer = given.mailServer ?? new MailServer('smtp://127.0.0.1:9', null);
  const builder = Test.createTestingModule({
    imports: [AppModule.register({ config, databaseUrl: given.database.url, mailServer })],
  });
  if (given.clock) builder.overrideProvider(Clock).useValue(given.clock);
  const app = (await builder.compile()).createNestApplication<NestExpressApplication>({ logger: ['error'] });
  setUpApp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get: (service) => app.get(service, { strict: false }),
    close: () => app.close(),
  };
}

import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { openApiDocument, setUpRoutes } from './app.setup.js';
import { Config, loadConfig } from './platform/config/config.js';
import { projectRoot } from './platform/config/project-root.js';
import { MailServer } from './platform/mail/mail-server.js';

/** Writes openapi.json from the routes' own declarations. Needs no database: nothing is started. */
const config = new Config(loadConfig({ AFTERCARE_SECRET: 'x'.repeat(32) }));
const app = await NestFactory.create<NestExpressApplication>(
  AppModule.register({
    config,
    databaseUrl: 'postgres://127.0.0.1:9/none',
    mailServer: new MailServer('smtp://127.0.0.1:9', null),
  }),
  { preview: true, logger: ['error'], abortOnError: false },
);
setUpRoutes(app);
const path = process.argv[2] ?? join(projectRoot, 'apps/api/openapi.json');
writeFileSync(path, `${JSON.stringify(openApiDocument(app), null, 2)}\n`);
process.exit(0);

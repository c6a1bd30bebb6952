import { Global, Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditRepository } from './audit/audit.repository.js';
import { AuditService } from './audit/audit.service.js';
import { Clock } from './clock/clock.js';
import { Config } from './config/config.js';
import { dataSourceOptions } from './database/data-source.js';
import { DatabaseAddress } from './database/database-address.js';
import { DatabaseProbe } from './database/database-probe.js';
import { DatabaseWatch } from './database/database-watch.js';
import { Transactions } from './database/transactions.js';
import { MailServer } from './mail/mail-server.js';
import { HealthController } from './observability/health.controller.js';
import { MetricsController } from './observability/metrics.controller.js';
import { Scrape } from './observability/scrape.js';
import { Queue } from './queue/queue.js';

/** What the platform runs on, found or started before it. */
export interface Surroundings {
  config: Config;
  databaseUrl: string;
  mailServer: MailServer;
}

/** What every feature may ask for. */
@Global()
@Module({})
export class PlatformModule {
  static register({ config, databaseUrl, mailServer }: Surroundings): DynamicModule {
    const address = new DatabaseAddress(databaseUrl);
    return {
      module: PlatformModule,
      imports: [TypeOrmModule.forRoot({ ...dataSourceOptions(address), autoLoadEntities: true })],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Config, useValue: config },
        { provide: DatabaseAddress, useValue: address },
        { provide: MailServer, useValue: mailServer },
        Clock,
        DatabaseProbe,
        DatabaseWatch,
        Transactions,
        Queue,
        Scrape,
        AuditRepository,
        AuditService,
      ],
      exports: [
        Config,
        DatabaseAddress,
        DatabaseProbe,
        MailServer,
        Clock,
        Transactions,
        Queue,
        Scrape,
        AuditService,
      ],
    };
  }
}

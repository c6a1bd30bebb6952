import { Module, type DynamicModule } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AccountsModule } from './features/accounts/accounts.module.js';
import { BookModule } from './features/book/book.module.js';
import { CampaignsModule } from './features/campaigns/campaigns.module.js';
import { ConsentsModule } from './features/consents/consents.module.js';
import { DeliveriesModule } from './features/deliveries/deliveries.module.js';
import { DeskModule } from './features/desk/desk.module.js';
import { InboundModule } from './features/inbound/inbound.module.js';
import { PortalModule } from './features/portal/portal.module.js';
import { RatesModule } from './features/rates/rates.module.js';
import { ProgressModule } from './features/progress/progress.module.js';
import { SimulationModule } from './features/simulation/simulation.module.js';
import { TasksModule } from './features/tasks/tasks.module.js';
import { TrackingModule } from './features/tracking/tracking.module.js';
import { AuthModule } from './platform/auth/auth.module.js';
import { PlatformModule, type Surroundings } from './platform/platform.module.js';

const features = [
  AccountsModule,
  BookModule,
  CampaignsModule,
  ConsentsModule,
  DeliveriesModule,
  DeskModule,
  InboundModule,
  PortalModule,
  ProgressModule,
  RatesModule,
  SimulationModule,
  TasksModule,
  TrackingModule,
];

/** The features of Aftercare, on the platform. */
@Module({})
export class AppModule {
  static register(surroundings: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [PlatformModule.register(surroundings), ScheduleModule.forRoot(), AuthModule, ...features],
      // The command line asks the same services.
      exports: features,
    };
  }
}

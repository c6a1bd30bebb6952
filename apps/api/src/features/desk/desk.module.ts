import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { BookModule } from '../book/book.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { PortalModule } from '../portal/portal.module.js';
import { CustomersRepository } from './customers.repository.js';
import { CustomersService } from './customers.service.js';
import { DeskController } from './desk.controller.js';
import { TimelineRepository } from './timeline.repository.js';
import { TimelineService } from './timeline.service.js';
import { TodayRepository } from './today.repository.js';
import { TodayService } from './today.service.js';
import { UpcomingRepository } from './upcoming.repository.js';
import { UpcomingService } from './upcoming.service.js';

/** The staff's desk: today, and customers with all that happened and will happen. */
@Module({
  imports: [AudiencesModule, BookModule, ConsentsModule, DeliveriesModule, PortalModule],
  controllers: [DeskController],
  providers: [
    CustomersRepository,
    CustomersService,
    TimelineRepository,
    TimelineService,
    TodayRepository,
    TodayService,
    UpcomingRepository,
    UpcomingService,
  ],
})
export class DeskModule {}

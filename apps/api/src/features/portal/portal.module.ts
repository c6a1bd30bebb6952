import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { MemberMessagesRepository } from './member-messages.repository.js';
import { MemberMessagesService } from './member-messages.service.js';
import { MemberNoticesController } from './member-notices.controller.js';
import { MemberNoticesRepository } from './member-notices.repository.js';
import { MemberNoticesService } from './member-notices.service.js';
import { PortalController } from './portal.controller.js';
import { PortalRepository } from './portal.repository.js';
import { PortalService } from './portal.service.js';
import { SiteController } from './site.controller.js';

/** The member portal. */
@Module({
  imports: [DeliveriesModule],
  controllers: [PortalController, MemberNoticesController, SiteController],
  providers: [
    PortalRepository,
    PortalService,
    MemberMessagesRepository,
    MemberMessagesService,
    MemberNoticesRepository,
    MemberNoticesService,
  ],
  exports: [PortalService],
})
export class PortalModule {}

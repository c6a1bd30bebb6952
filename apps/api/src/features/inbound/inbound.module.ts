import { Module } from '@nestjs/common';
import { ConsentsModule } from '../consents/consents.module.js';
import { AddressHealthModule } from './address-health.module.js';
import { EvidenceRepository } from './evidence.repository.js';
import { EvidenceService } from './evidence.service.js';
import { InboundListener } from './inbound-listener.js';
import { ReturnedMailService } from './returned-mail.service.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsRepository } from './suppressions.repository.js';
import { SuppressionsService } from './suppressions.service.js';

/** What is reported of messages after they were handed over, by mail and by webhook, and what follows from it. */
@Module({
  imports: [AddressHealthModule, ConsentsModule],
  controllers: [SuppressionsController],
  providers: [
    EvidenceRepository,
    EvidenceService,
    InboundListener,
    ReturnedMailService,
    SuppressionsRepository,
    SuppressionsService,
  ],
  exports: [EvidenceService, SuppressionsService],
})
export class InboundModule {}

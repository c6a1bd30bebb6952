import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { AddressHealthModule } from '../inbound/address-health.module.js';
import { TrackingModule } from '../tracking/tracking.module.js';
import { RatesModule } from '../rates/rates.module.js';
import { CampaignVersionsRepository } from './campaign-versions.repository.js';
import { ChunkRepository } from './chunk.repository.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DispatchService } from './dispatch.service.js';
import { FactsRepository } from './facts.repository.js';
import { Journal } from './journal.js';
import { JournalRepository } from './journal.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';
import { LetterSamplesService } from './letter-samples.service.js';
import { LimitsController } from './limits.controller.js';
import { LimitsRepository } from './limits.repository.js';
import { LimitsService } from './limits.service.js';
import { Mailer, MailTimeouts } from './mailer.js';
import { MailTroubleRepository } from './mail-trouble.repository.js';
import { MessageComposer } from './message-composer.js';
import { MessageDictionaries } from './message-dictionaries.service.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { PostingsRepository } from './postings.repository.js';
import { ReleaseJob } from './release.job.js';
import { ReleaseRepository } from './release.repository.js';
import { SendingController } from './sending.controller.js';
import { SendingTallyService } from './sending-tally.service.js';
import { SendingStopService } from './sending-stop.service.js';
import { SettlementService } from './settlement.service.js';
import { TestSendController } from './test-send.controller.js';
import { TestSendRepository } from './test-send.repository.js';
import { TestSendService } from './test-send.service.js';
import { TransportsService } from './transports.service.js';
import { WorkerService } from './worker.service.js';

/** The delivery ledger: what goes to whom, the way there, and what became of it. */
@Module({
  imports: [AddressHealthModule, AudiencesModule, ConsentsModule, RatesModule, TrackingModule],
  controllers: [DeliveriesController, LimitsController, SendingController, TestSendController],
  providers: [
    CampaignVersionsRepository,
    ChunkRepository,
    DeliveriesRepository,
    DeliveriesService,
    DispatchService,
    FactsRepository,
    Journal,
    JournalRepository,
    LedgerRepository,
    LedgerService,
    LetterSamplesService,
    LimitsRepository,
    LimitsService,
    Mailer,
    { provide: MailTimeouts, useValue: new MailTimeouts() },
    MailTroubleRepository,
    MessageComposer,
    MessageDictionaries,
    MessagesRepository,
    MessagesService,
    PostingsRepository,
    ReleaseJob,
    ReleaseRepository,
    SendingStopService,
    SendingTallyService,
    SettlementService,
    TestSendRepository,
    TestSendService,
    TransportsService,
    WorkerService,
  ],
  exports: [
    DeliveriesService,
    DispatchService,
    LedgerService,
    LetterSamplesService,
    MessagesService,
    LimitsService,
    SendingStopService,
    SendingTallyService,
    SettlementService,
    TestSendService,
    TransportsService,
    WorkerService,
  ],
})
export class DeliveriesModule {}

import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { CampaignVersionsRepository } from './campaign-versions.repository.js';
import { ChunkRepository } from './chunk.repository.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DispatchQueue } from './dispatch.queue.js';
import { DispatchService } from './dispatch.service.js';
import { FactsRepository } from './facts.repository.js';
import { Journal } from './journal.js';
import { JournalRepository } from './journal.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';
import { LetterSamplesService } from './letter-samples.service.js';
import { Mailer, MailTimeouts } from './mailer.js';
import { MailTroubleRepository } from './mail-trouble.repository.js';
import { MessageComposer } from './message-composer.js';
import { MessagesRepository } from './messages.repository.js';
import { MessagesService } from './messages.service.js';
import { PostingsRepository } from './postings.repository.js';
import { ReleaseJob } from './release.job.js';
import { ReleaseRepository } from './release.repository.js';
import { SettlementService } from './settlement.service.js';
import { WorkerService } from './worker.service.js';

/** The delivery ledger: what goes to whom, the way there, and what became of it. */
@Module({
  imports: [AudiencesModule, ConsentsModule],
  controllers: [DeliveriesController],
  providers: [
    CampaignVersionsRepository,
    ChunkRepository,
    DeliveriesRepository,
    DeliveriesService,
    DispatchQueue,
    DispatchService,
    FactsRepository,
    Journal,
    JournalRepository,
    LedgerRepository,
    LedgerService,
    LetterSamplesService,
    Mailer,
    { provide: MailTimeouts, useValue: new MailTimeouts() },
    MailTroubleRepository,
    MessageComposer,
    MessagesRepository,
    MessagesService,
    PostingsRepository,
    ReleaseJob,
    ReleaseRepository,
    SettlementService,
    WorkerService,
  ],
  exports: [
    DeliveriesService,
    DispatchService,
    LedgerService,
    LetterSamplesService,
    MessagesService,
    SettlementService,
    WorkerService,
  ],
})
export class DeliveriesModule {}

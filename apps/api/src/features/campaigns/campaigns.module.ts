import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { ActivationRepository } from './activation.repository.js';
import { ActivationService } from './activation.service.js';
import { ApprovalController } from './approval.controller.js';
import { ApprovalService } from './approval.service.js';
import { ApprovalViewsRepository } from './approval-views.repository.js';
import { ApprovalViewsService } from './approval-views.service.js';
import { BuiltInCampaignsService } from './built-in-campaigns.service.js';
import { CampaignListService } from './campaign-list.service.js';
import { CampaignViewsRepository } from './campaign-views.repository.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';
import { DraftsService } from './drafts.service.js';
import { ForecastService } from './forecast.service.js';
import { LastContactsRepository } from './last-contacts.repository.js';
import { LedgerPartitionsRepository } from './ledger-partitions.repository.js';
import { PlanJob } from './plan.job.js';
import { PlanAheadService } from './plan-ahead.service.js';
import { PlannerRepository } from './planner.repository.js';
import { PlannerService } from './planner.service.js';
import { RunningVersionsRepository } from './running-versions.repository.js';
import { SubmissionService } from './submission.service.js';
import { TemplatePinsJob } from './template-pins.job.js';
import { TemplatePinsService } from './template-pins.service.js';

/** Campaigns: taken up from files, started and halted, and planned into the ledger. */
@Module({
  imports: [AudiencesModule, DeliveriesModule],
  controllers: [CampaignsController, ApprovalController],
  providers: [
    ActivationRepository,
    ActivationService,
    ApprovalService,
    ApprovalViewsRepository,
    ApprovalViewsService,
    BuiltInCampaignsService,
    CampaignListService,
    CampaignViewsRepository,
    CampaignsRepository,
    CampaignsService,
    DraftsService,
    ForecastService,
    LastContactsRepository,
    LedgerPartitionsRepository,
    PlanAheadService,
    PlanJob,
    PlannerRepository,
    PlannerService,
    RunningVersionsRepository,
    SubmissionService,
    TemplatePinsJob,
    TemplatePinsService,
  ],
  exports: [
    ApprovalService,
    ApprovalViewsService,
    BuiltInCampaignsService,
    CampaignListService,
    CampaignsService,
    DraftsService,
    ForecastService,
    PlanAheadService,
    PlannerService,
    TemplatePinsService,
  ],
})
export class CampaignsModule {}

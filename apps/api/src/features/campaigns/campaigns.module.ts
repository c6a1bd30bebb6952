import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { BuiltInCampaignsService } from './built-in-campaigns.service.js';
import { CampaignListService } from './campaign-list.service.js';
import { CampaignViewsRepository } from './campaign-views.repository.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';
import { ForecastService } from './forecast.service.js';
import { LedgerPartitionsRepository } from './ledger-partitions.repository.js';
import { PlanJob } from './plan.job.js';
import { PlanAheadService } from './plan-ahead.service.js';
import { PlannerRepository } from './planner.repository.js';
import { PlannerService } from './planner.service.js';

/** Campaigns: taken up from files, started and halted, and planned into the ledger. */
@Module({
  imports: [AudiencesModule, DeliveriesModule],
  controllers: [CampaignsController],
  providers: [
    BuiltInCampaignsService,
    CampaignListService,
    CampaignViewsRepository,
    CampaignsRepository,
    CampaignsService,
    ForecastService,
    LedgerPartitionsRepository,
    PlanAheadService,
    PlanJob,
    PlannerRepository,
    PlannerService,
  ],
  exports: [
    BuiltInCampaignsService,
    CampaignListService,
    CampaignsService,
    ForecastService,
    PlanAheadService,
    PlannerService,
  ],
})
export class CampaignsModule {}

import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignsService } from './campaigns.service.js';
import { LedgerPartitionsRepository } from './ledger-partitions.repository.js';
import { PlannerRepository } from './planner.repository.js';
import { PlannerService } from './planner.service.js';

@Module({
  imports: [AudiencesModule],
  providers: [
    CampaignsRepository,
    CampaignsService,
    LedgerPartitionsRepository,
    PlannerRepository,
    PlannerService,
  ],
  exports: [CampaignsService, PlannerService],
})
export class CampaignsModule {}

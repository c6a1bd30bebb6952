import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DueBatchesRepository } from './due-batches.repository.js';
import { LimitsRepository } from './limits.repository.js';
import { PeopleRepository } from './people.repository.js';
import { SimulatorService } from './simulator.service.js';
import { SnapshotRepository } from './snapshot.repository.js';

/** The time machine: what the campaigns would do in the time ahead, changing nothing. */
@Module({
  imports: [AudiencesModule, CampaignsModule],
  providers: [DueBatchesRepository, LimitsRepository, PeopleRepository, SimulatorService, SnapshotRepository],
  exports: [SimulatorService],
})
export class SimulationModule {}

import { Module } from '@nestjs/common';
import { AudiencesModule } from '../audiences/audiences.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DueBatchesRepository } from './due-batches.repository.js';
import { LimitsRepository } from './limits.repository.js';
import { PeopleRepository } from './people.repository.js';
import { PreviewController } from './preview.controller.js';
import { PreviewService } from './preview.service.js';
import { SilenceRepository } from './silence.repository.js';
import { SimulationJob } from './simulation.job.js';
import { SimulationsController } from './simulations.controller.js';
import { SimulationsRepository } from './simulations.repository.js';
import { SimulationsService } from './simulations.service.js';
import { SimulatorService } from './simulator.service.js';
import { SnapshotRepository } from './snapshot.repository.js';
import { StatutoryRepository } from './statutory.repository.js';
import { SubjectRepository } from './subject.repository.js';
import { WhyService } from './why.service.js';

/** The time machine: what the campaigns would do in the time ahead, changing nothing. */
@Module({
  imports: [AudiencesModule, CampaignsModule],
  controllers: [PreviewController, SimulationsController],
  providers: [
    DueBatchesRepository,
    LimitsRepository,
    PeopleRepository,
    PreviewService,
    SilenceRepository,
    SimulationJob,
    SimulationsRepository,
    SimulationsService,
    SimulatorService,
    SnapshotRepository,
    StatutoryRepository,
    SubjectRepository,
    WhyService,
  ],
  exports: [PreviewService, SimulatorService, WhyService],
})
export class SimulationModule {}

import { Module } from '@nestjs/common';
import { InboundModule } from '../inbound/inbound.module.js';
import { ClickJudgeService } from './click-judge.service.js';
import { OutcomesRepository } from './outcomes.repository.js';
import { OutcomesService } from './outcomes.service.js';
import { SightingsJournal } from './sightings-journal.js';
import { SightingsRepository } from './sightings.repository.js';
import { TrackedLinksController } from './tracked-links.controller.js';
import { TrackedLinksService } from './tracked-links.service.js';
import { TrackingController } from './tracking.controller.js';
import { TrackingJob } from './tracking.job.js';
import { TrackingService } from './tracking.service.js';
import { TrackingViewsRepository } from './tracking-views.repository.js';

/** What readers do with our letters, and what came of it, as far as that is any of our business. */
@Module({
  imports: [InboundModule],
  controllers: [TrackedLinksController, TrackingController],
  providers: [
    ClickJudgeService,
    OutcomesRepository,
    OutcomesService,
    SightingsJournal,
    SightingsRepository,
    TrackedLinksService,
    TrackingJob,
    TrackingService,
    TrackingViewsRepository,
  ],
  exports: [TrackedLinksService, TrackingService],
})
export class TrackingModule {}

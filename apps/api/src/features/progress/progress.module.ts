import { Module } from '@nestjs/common';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { RatesModule } from '../rates/rates.module.js';
import { GaugesService } from './gauges.service.js';
import { HeartbeatService } from './heartbeat.service.js';
import { ProgressController } from './progress.controller.js';
import { ProgressRepository } from './progress.repository.js';
import { ProgressService } from './progress.service.js';
import { RecipientsController } from './recipients.controller.js';
import { RecipientsRepository } from './recipients.repository.js';
import { RecipientsService } from './recipients.service.js';
import { SnapshotService } from './snapshot.service.js';
import { StatusService } from './status.service.js';
import { WorkersRepository } from './workers.repository.js';

/** Seeing what sending does: its progress, what keeps it, and who got what. */
@Module({
  imports: [DeliveriesModule, RatesModule],
  controllers: [ProgressController, RecipientsController],
  providers: [
    GaugesService,
    HeartbeatService,
    ProgressRepository,
    ProgressService,
    RecipientsRepository,
    RecipientsService,
    SnapshotService,
    StatusService,
    WorkersRepository,
  ],
  exports: [StatusService],
})
export class ProgressModule {}

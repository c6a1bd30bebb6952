import { Module } from '@nestjs/common';
import { RatesController } from './rates.controller.js';
import { RatesRepository } from './rates.repository.js';
import { RatesService } from './rates.service.js';
import { PacingService } from './pacing.service.js';
import { ReservationsRepository } from './reservations.repository.js';

/** How fast mail may go, shared by all workers. */
@Module({
  controllers: [RatesController],
  providers: [RatesRepository, RatesService, ReservationsRepository, PacingService],
  exports: [RatesService, PacingService],
})
export class RatesModule {}

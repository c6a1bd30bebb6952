import { Module } from '@nestjs/common';
import { AudienceCountRepository } from './audience-count.repository.js';
import { AudienceCountService } from './audience-count.service.js';
import { AudiencesController } from './audiences.controller.js';
import { AudiencesService } from './audiences.service.js';

/** Who is in: rules asked of the database, and how many they let in. */
@Module({
  controllers: [AudiencesController],
  providers: [AudienceCountRepository, AudienceCountService, AudiencesService],
  exports: [AudienceCountService, AudiencesService],
})
export class AudiencesModule {}

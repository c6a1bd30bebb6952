import { Module } from '@nestjs/common';
import { ConsentsRepository } from './consents.repository.js';
import { ConsentsService } from './consents.service.js';
import { LinkPreferencesController } from './link-preferences.controller.js';
import { LinksService } from './links.service.js';
import { MemberPreferencesController } from './member-preferences.controller.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

/** What customers want to hear of, its history, and the links that let them say so. */
@Module({
  controllers: [UnsubscribeController, LinkPreferencesController, MemberPreferencesController],
  providers: [ConsentsRepository, ConsentsService, LinksService],
  exports: [ConsentsService, LinksService],
})
export class ConsentsModule {}

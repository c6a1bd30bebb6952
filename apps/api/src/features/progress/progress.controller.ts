import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, anyStaff } from '../../platform/auth/access.decorator.js';
import {
  campaignProgressSchema,
  sendingProgressSchema,
  type CampaignProgress,
  type SendingProgress,
} from './progress.schemas.js';
import { ProgressService } from './progress.service.js';

/** How far sending has come, for pages that ask again every other second. */
@ApiTags('sending')
@Controller('staff')
export class ProgressController {
  constructor(private readonly progress: ProgressService) {}

  @Get('sending/progress')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: sendingProgressSchema })
  getSendingProgress(): Promise<SendingProgress> {
    return this.progress.ofHouse();
  }

  @Get('campaigns/:key/progress')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: campaignProgressSchema })
  getCampaignProgress(@Param('key') key: string): Promise<CampaignProgress> {
    return this.progress.ofCampaign(key);
  }
}

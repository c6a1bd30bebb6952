import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  Access,
  anyStaff,
  CurrentUser,
  staffId,
  type StaffRole,
  type User,
} from '../../platform/auth/access.decorator.js';
import type { Funnel } from '../deliveries/deliveries.service.js';
import { CampaignListService } from './campaign-list.service.js';
import {
  campaignDetailSchema,
  campaignPageSchema,
  campaignQuerySchema,
  campaignStateSchema,
  campaignStoppedSchema,
  campaignUpcomingSchema,
  funnelQuerySchema,
  funnelSchema,
  upcomingQuerySchema,
  type CampaignDetail,
  type CampaignPage,
  type CampaignQuery,
  type CampaignUpcoming,
  type FunnelQuery,
} from './campaigns.schemas.js';
import { CampaignsService } from './campaigns.service.js';

/** Who may halt and end campaigns. */
const keepers: StaffRole[] = ['admin', 'marketing'];

/** The desk's campaigns: what runs, what it does, and the switch to halt it. */
@ApiTags('campaigns')
@Controller('staff/campaigns')
export class CampaignsController {
  constructor(
    private readonly views: CampaignListService,
    private readonly campaigns: CampaignsService,
  ) {}

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: campaignPageSchema })
  listCampaigns(@Query({ schema: campaignQuerySchema }) query: CampaignQuery): Promise<CampaignPage> {
    return this.views.list(query);
  }

  @Get(':key')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: campaignDetailSchema })
  getCampaign(@Param('key') key: string): Promise<CampaignDetail> {
    return this.views.get(key);
  }

  @Get(':key/funnel')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: funnelSchema })
  getCampaignFunnel(
    @Param('key') key: string,
    @Query({ schema: funnelQuerySchema }) query: FunnelQuery,
  ): Promise<Funnel> {
    return this.views.funnel(key, query);
  }

  @Get(':key/upcoming')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: campaignUpcomingSchema })
  getCampaignUpcoming(
    @Param('key') key: string,
    @Query({ schema: upcomingQuerySchema }) { days }: z.infer<typeof upcomingQuerySchema>,
  ): Promise<CampaignUpcoming> {
    return this.views.upcoming(key, days);
  }

  @Post(':key/pause')
  @HttpCode(200)
  @Access(keepers)
  @ApiOkResponse({ standardSchema: campaignStateSchema })
  pauseCampaign(
    @Param('key') key: string,
    @CurrentUser() user: User,
  ): Promise<z.infer<typeof campaignStateSchema>> {
    return this.campaigns.pause(key, staffId(user));
  }

  @Post(':key/resume')
  @HttpCode(200)
  @Access(keepers)
  @ApiOkResponse({ standardSchema: campaignStateSchema })
  resumeCampaign(
    @Param('key') key: string,
    @CurrentUser() user: User,
  ): Promise<z.infer<typeof campaignStateSchema>> {
    return this.campaigns.resume(key, staffId(user));
  }

  @Post(':key/stop')
  @HttpCode(200)
  @Access(keepers)
  @ApiOkResponse({ standardSchema: campaignStoppedSchema })
  stopCampaign(
    @Param('key') key: string,
    @CurrentUser() user: User,
  ): Promise<z.infer<typeof campaignStoppedSchema>> {
    return this.campaigns.stop(key, staffId(user));
  }

  @Post(':key/archive')
  @HttpCode(200)
  @Access(keepers)
  @ApiOkResponse({ standardSchema: campaignStateSchema })
  archiveCampaign(
    @Param('key') key: string,
    @CurrentUser() user: User,
  ): Promise<z.infer<typeof campaignStateSchema>> {
    return this.campaigns.archive(key, staffId(user));
  }
}

import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, anyStaff } from '../../platform/auth/access.decorator.js';
import {
  campaignTrackingSchema,
  deliveryTrackingSchema,
  type CampaignTracking,
  type DeliveryTracking,
} from './tracking.schemas.js';
import { TrackingService } from './tracking.service.js';

/** What became of letters: clicks of people and of machines apart, and the outcomes that matter. */
@ApiTags('tracking')
@Controller('staff')
export class TrackingController {
  constructor(private readonly tracking: TrackingService) {}

  @Get('campaigns/:key/tracking')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: campaignTrackingSchema })
  getCampaignTracking(@Param('key') key: string): Promise<CampaignTracking> {
    return this.tracking.ofCampaign(key);
  }

  @Get('deliveries/:deliveryId/tracking')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: deliveryTrackingSchema })
  getDeliveryTracking(
    @Param('deliveryId', { schema: z.uuid() }) deliveryId: string,
  ): Promise<DeliveryTracking> {
    return this.tracking.ofDelivery(deliveryId);
  }
}

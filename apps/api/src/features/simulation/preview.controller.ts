import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, anyStaff } from '../../platform/auth/access.decorator.js';
import { previewQuerySchema, previewSchema, type Preview, type PreviewQuery } from './preview.schemas.js';
import { PreviewService } from './preview.service.js';
import { whySchema, type Why } from './why.schemas.js';
import { WhyService } from './why.service.js';

const customerIdSchema = z.string().max(200);

/** What is to come for one customer, and why. */
@ApiTags('simulations')
@Controller('staff')
export class PreviewController {
  constructor(
    private readonly previews: PreviewService,
    private readonly reasons: WhyService,
  ) {}

  @Get('customers/:id/preview')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: previewSchema })
  getCustomerPreview(
    @Param('id', { schema: customerIdSchema }) customerId: string,
    @Query({ schema: previewQuerySchema }) { days }: PreviewQuery,
  ): Promise<Preview> {
    return this.previews.preview(customerId, days);
  }

  @Get('campaigns/:key/why/:customerId')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: whySchema })
  getCampaignWhy(
    @Param('key') key: string,
    @Param('customerId', { schema: customerIdSchema }) customerId: string,
  ): Promise<Why> {
    return this.reasons.explain(key, customerId);
  }
}

import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, CurrentUser, type StaffRole, type StaffUser } from '../../platform/auth/access.decorator.js';
import type { Page } from '../../platform/http/cursor.js';
import {
  liftSuppressionSchema,
  newSuppressionSchema,
  suppressionPageSchema,
  suppressionQuerySchema,
  suppressionSchema,
  type NewSuppression,
  type Suppression,
  type SuppressionQuery,
} from './suppressions.schemas.js';
import { SuppressionsService } from './suppressions.service.js';

const keepers: StaffRole[] = ['admin', 'compliance', 'service'];

/** Addresses that are not written to. */
@ApiTags('suppressions')
@Controller('staff/suppressions')
export class SuppressionsController {
  constructor(private readonly suppressions: SuppressionsService) {}

  @Get()
  @Access(keepers)
  @ApiOkResponse({ standardSchema: suppressionPageSchema })
  listSuppressions(
    @Query({ schema: suppressionQuerySchema }) query: SuppressionQuery,
  ): Promise<Page<Suppression>> {
    return this.suppressions.list(query);
  }

  @Post()
  @Access(keepers)
  @ApiCreatedResponse({ standardSchema: suppressionSchema })
  addSuppression(
    @Body({ schema: newSuppressionSchema }) suppression: NewSuppression,
    @CurrentUser() by: StaffUser,
  ): Promise<Suppression> {
    return this.suppressions.add(suppression, by.userId);
  }

  @Post(':suppressionId/lift')
  @HttpCode(200)
  @Access(keepers)
  @ApiOkResponse({ standardSchema: suppressionSchema })
  liftSuppression(
    @Param('suppressionId', { schema: z.coerce.number().int().positive() }) suppressionId: number,
    @Body({ schema: liftSuppressionSchema }) { reason }: z.infer<typeof liftSuppressionSchema>,
    @CurrentUser() by: StaffUser,
  ): Promise<Suppression> {
    return this.suppressions.lift(suppressionId, reason, by.userId);
  }
}

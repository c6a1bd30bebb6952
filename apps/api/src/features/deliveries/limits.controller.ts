import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  Access,
  anyStaff,
  CurrentUser,
  type StaffRole,
  type StaffUser,
} from '../../platform/auth/access.decorator.js';
import type { ContactLimits, NoContactDay } from './limits.repository.js';
import {
  contactLimitsSchema,
  daySchema,
  noContactDayNameSchema,
  noContactDaySchema,
  noContactDaysQuerySchema,
  noContactDaysSchema,
  regionSchema,
} from './limits.schemas.js';
import { LimitsService } from './limits.service.js';

const keepers: StaffRole[] = ['admin', 'compliance'];

/** How often and when customers may be written to. */
@ApiTags('contact limits')
@Controller('staff/contact-limits')
export class LimitsController {
  constructor(private readonly limits: LimitsService) {}

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: contactLimitsSchema })
  getContactLimits(): Promise<ContactLimits> {
    return this.limits.get();
  }

  @Put()
  @Access(keepers)
  @ApiOkResponse({ standardSchema: contactLimitsSchema })
  putContactLimits(
    @Body({ schema: contactLimitsSchema }) limits: ContactLimits,
    @CurrentUser() user: StaffUser,
  ): Promise<ContactLimits> {
    return this.limits.set(limits, user.userId);
  }

  @Get('no-contact-days')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: noContactDaysSchema })
  async listNoContactDays(
    @Query({ schema: noContactDaysQuerySchema }) { from, to }: z.infer<typeof noContactDaysQuerySchema>,
  ): Promise<z.infer<typeof noContactDaysSchema>> {
    return { items: await this.limits.listNoContactDays(from, to) };
  }

  @Put('no-contact-days/:region/:day')
  @Access(keepers)
  @ApiOkResponse({ standardSchema: noContactDaySchema })
  putNoContactDay(
    @Param('region', { schema: regionSchema }) region: string,
    @Param('day', { schema: daySchema }) day: string,
    @Body({ schema: noContactDayNameSchema }) { name }: z.infer<typeof noContactDayNameSchema>,
    @CurrentUser() user: StaffUser,
  ): Promise<NoContactDay> {
    return this.limits.putNoContactDay({ region, day, name }, user.userId);
  }

  @Delete('no-contact-days/:region/:day')
  @HttpCode(204)
  @Access(keepers)
  @ApiNoContentResponse()
  deleteNoContactDay(
    @Param('region', { schema: regionSchema }) region: string,
    @Param('day', { schema: daySchema }) day: string,
    @CurrentUser() user: StaffUser,
  ): Promise<void> {
    return this.limits.deleteNoContactDay(region, day, user.userId);
  }
}

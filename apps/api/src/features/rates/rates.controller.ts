import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  Access,
  anyStaff,
  CurrentUser,
  type StaffRole,
  type StaffUser,
} from '../../platform/auth/access.decorator.js';
import { ProblemError } from '../../platform/http/problem.js';
import {
  identitySchema,
  perSecondSchema,
  rateLimitSchema,
  rateNameSchema,
  rateScopeSchema,
  ratesStatusSchema,
  warmUpRampSchema,
  type RatesStatus,
} from './rates.schemas.js';
import { RatesService } from './rates.service.js';
import type { RateScope } from './rates.types.js';

/** How fast mail goes is a matter of the machines and the providers, not of a campaign. */
const keepers: StaffRole[] = ['admin'];

/** How fast mail may go, the ramps of new senders, and domains that are left alone for now. */
@ApiTags('sending')
@Controller('staff/rates')
export class RatesController {
  constructor(private readonly rates: RatesService) {}

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: ratesStatusSchema })
  getRates(): Promise<RatesStatus> {
    return this.rates.status();
  }

  @Put('limits/:scope/:name')
  @Access(keepers)
  @ApiOkResponse({ standardSchema: ratesStatusSchema })
  async putRateLimit(
    @Param('scope', { schema: rateScopeSchema }) scope: RateScope,
    @Param('name', { schema: rateNameSchema }) name: string,
    @Body({ schema: perSecondSchema }) { perSecond }: z.infer<typeof perSecondSchema>,
    @CurrentUser() user: StaffUser,
  ): Promise<RatesStatus> {
    const limit = rateLimitSchema.safeParse({ scope, name, perSecond });
    if (!limit.success)
      throw new ProblemError('bad_rate', 422, 'Total has no name, and only domain may be *.');
    await this.rates.setLimit(limit.data, user.userId);
    return this.rates.status();
  }

  @Delete('limits/:scope/:name')
  @HttpCode(204)
  @Access(keepers)
  @ApiNoContentResponse()
  deleteRateLimit(
    @Param('scope', { schema: rateScopeSchema }) scope: RateScope,
    @Param('name', { schema: rateNameSchema }) name: string,
    @CurrentUser() user: StaffUser,
  ): Promise<void> {
    return this.rates.deleteLimit(scope, name, user.userId);
  }

  @Put('warm-ups/:identity')
  @Access(keepers)
  @ApiOkResponse({ standardSchema: ratesStatusSchema })
  async putWarmUp(
    @Param('identity', { schema: identitySchema }) identity: string,
    @Body({ schema: warmUpRampSchema }) ramp: z.infer<typeof warmUpRampSchema>,
    @CurrentUser() user: StaffUser,
  ): Promise<RatesStatus> {
    await this.rates.setWarmUp({ identity, ...ramp }, user.userId);
    return this.rates.status();
  }

  @Delete('warm-ups/:identity')
  @HttpCode(204)
  @Access(keepers)
  @ApiNoContentResponse()
  deleteWarmUp(
    @Param('identity', { schema: identitySchema }) identity: string,
    @CurrentUser() user: StaffUser,
  ): Promise<void> {
    return this.rates.deleteWarmUp(identity, user.userId);
  }

  @Delete('backoffs/:domain')
  @HttpCode(204)
  @Access(keepers)
  @ApiNoContentResponse()
  endBackoff(
    @Param('domain', { schema: identitySchema }) domain: string,
    @CurrentUser() user: StaffUser,
  ): Promise<void> {
    return this.rates.endBackoff(domain, user.userId);
  }
}

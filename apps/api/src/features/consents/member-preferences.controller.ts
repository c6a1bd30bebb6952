import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, CurrentUser, type Member } from '../../platform/auth/access.decorator.js';
import { preferenceChangeSchema } from './consents.schemas.js';
import { ConsentsService } from './consents.service.js';
import { preferencesSchema, type PreferenceChange, type Preferences } from './consents.types.js';

/** A signed-in member's own preferences. */
@ApiTags('member')
@Controller('member/preferences')
export class MemberPreferencesController {
  constructor(private readonly consents: ConsentsService) {}

  @Get()
  @Access('member')
  @ApiOkResponse({ standardSchema: preferencesSchema })
  getMyPreferences(@CurrentUser() member: Member): Promise<Preferences> {
    return this.consents.getPreferences(member.customerId);
  }

  @Post()
  @HttpCode(200)
  @Access('member')
  @ApiOkResponse({ standardSchema: preferencesSchema })
  setMyPreference(
    @CurrentUser() member: Member,
    @Body({ schema: preferenceChangeSchema }) change: PreferenceChange,
  ): Promise<Preferences> {
    return this.consents.setPreference(member.customerId, change);
  }
}

import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../../platform/auth/access.decorator.js';
import { linkPreferencesSchema, preferenceChangeSchema, type LinkPreferences } from './consents.schemas.js';
import { ConsentsService } from './consents.service.js';
import type { PreferenceChange } from './consents.types.js';

const tokenSchema = z.string().max(1000);

/** Preferences behind the signed link of a message: the token is the authority, no sign-in is asked. */
@ApiTags('public')
@Controller('public/preferences')
export class LinkPreferencesController {
  constructor(private readonly consents: ConsentsService) {}

  @Get(':token')
  @Access('public')
  @ApiOkResponse({ standardSchema: linkPreferencesSchema })
  getLinkPreferences(@Param('token', { schema: tokenSchema }) token: string): Promise<LinkPreferences> {
    return this.consents.getLinkPreferences(token);
  }

  @Post(':token')
  @HttpCode(200)
  @Access('public')
  @ApiOkResponse({ standardSchema: linkPreferencesSchema })
  setLinkPreference(
    @Param('token', { schema: tokenSchema }) token: string,
    @Body({ schema: preferenceChangeSchema }) change: PreferenceChange,
  ): Promise<LinkPreferences> {
    return this.consents.setLinkPreference(token, change);
  }
}

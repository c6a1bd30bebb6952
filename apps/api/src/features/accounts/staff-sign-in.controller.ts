import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Access } from '../../platform/auth/access.decorator.js';
import { SessionsService } from '../../platform/auth/sessions.service.js';
import { SignInThrottle } from '../../platform/auth/sign-in.throttle.js';
import { StaffSessionsService } from '../../platform/auth/staff-sessions.service.js';
import { sessionSchema, staffSignInSchema, type Session } from './accounts.schemas.js';
import { AccountsService } from './accounts.service.js';

/** Staff sign in with e-mail address and password. */
@ApiTags('auth')
@Controller('auth/staff')
export class StaffSignInController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly staffSessions: StaffSessionsService,
  ) {}

  @Post('sign-in')
  @HttpCode(200)
  @Access('public')
  @UseGuards(SignInThrottle)
  @ApiOkResponse({ standardSchema: sessionSchema })
  async staffSignIn(
    @Body({ schema: staffSignInSchema }) credentials: z.infer<typeof staffSignInSchema>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const staff = await this.staffSessions.begin(credentials, request, response);
    return this.accounts.describeSession(await this.sessions.findMember(request), staff);
  }
}

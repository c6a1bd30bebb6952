import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Access } from '../../platform/auth/access.decorator.js';
import { SessionsService } from '../../platform/auth/sessions.service.js';
import { StaffSessionsService } from '../../platform/auth/staff-sessions.service.js';
import { sessionSchema, signOutSchema, type Session } from './accounts.schemas.js';
import { AccountsService } from './accounts.service.js';

/** Who is signed in, and signing out. */
@ApiTags('auth')
@Controller('auth')
export class SessionController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly staffSessions: StaffSessionsService,
  ) {}

  @Get('session')
  @Access('public')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ standardSchema: sessionSchema })
  async getSession(@Req() request: Request): Promise<Session> {
    const [member, staff] = await Promise.all([
      this.sessions.findMember(request),
      this.sessions.findStaff(request),
    ]);
    return this.accounts.describeSession(member, staff);
  }

  @Post('sign-out')
  @HttpCode(200)
  @Access('public')
  @ApiOkResponse({ standardSchema: sessionSchema })
  async signOut(
    @Body({ schema: signOutSchema }) { kind }: z.infer<typeof signOutSchema>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    if (kind === 'member') {
      const staff = await this.sessions.findStaff(request);
      await this.sessions.endMember(request, response);
      return this.accounts.describeSession(null, staff);
    }
    const member = await this.sessions.findMember(request);
    await this.staffSessions.end(request, response);
    return this.accounts.describeSession(member, null);
  }
}

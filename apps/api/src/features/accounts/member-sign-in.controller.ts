import { Body, Controller, Get, Header, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Access } from '../../platform/auth/access.decorator.js';
import { SessionsService } from '../../platform/auth/sessions.service.js';
import { SignInThrottle } from '../../platform/auth/sign-in.throttle.js';
import {
  sessionSchema,
  signInConfirmationSchema,
  signInLinkRequestSchema,
  signInLinkSchema,
  signInLinkSentSchema,
  type Session,
  type SignInLink,
  type SignInLinkRequest,
} from './accounts.schemas.js';
import { AccountsService } from './accounts.service.js';
import { linkMinutes, SignInLinksService } from './sign-in-links.service.js';
import { SignInMailJob } from './sign-in-mail.job.js';

type Confirmation = z.infer<typeof signInConfirmationSchema>;

/** Members sign in by a link that is mailed to them. */
@ApiTags('auth')
@Controller('auth/member')
export class MemberSignInController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly links: SignInLinksService,
    private readonly mail: SignInMailJob,
    private readonly sessions: SessionsService,
  ) {}

  /** Answers the same, after the same work, whether anybody has the address or not. */
  @Post('link')
  @HttpCode(202)
  @Access('public')
  @UseGuards(SignInThrottle)
  @ApiAcceptedResponse({ standardSchema: signInLinkSentSchema })
  async requestSignInLink(
    @Body({ schema: signInLinkRequestSchema }) { email, returnTo }: SignInLinkRequest,
  ): Promise<z.infer<typeof signInLinkSentSchema>> {
    await this.mail.request({ email, returnTo: returnTo ?? null });
    return { expiresInMinutes: linkMinutes };
  }

  @Get('confirm')
  @Access('public')
  @Header('Cache-Control', 'no-store')
  @ApiOkResponse({ standardSchema: signInLinkSchema })
  getSignInLink(@Query({ schema: signInConfirmationSchema }) { token }: Confirmation): Promise<SignInLink> {
    return this.links.get(token);
  }

  @Post('confirm')
  @HttpCode(200)
  @Access('public')
  @ApiOkResponse({ standardSchema: sessionSchema })
  async confirmSignIn(
    @Body({ schema: signInConfirmationSchema }) { token }: Confirmation,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    const customerId = await this.links.consume(token);
    await this.sessions.beginMember(customerId, request, response);
    const staff = await this.sessions.findStaff(request);
    return this.accounts.describeSession({ kind: 'member', customerId }, staff);
  }
}

import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, CurrentUser, type Member } from '../../platform/auth/access.decorator.js';
import type { Page } from '../../platform/http/cursor.js';
import {
  memberNoticePageSchema,
  memberNoticeQuerySchema,
  memberNoticeSchema,
  type MemberNotice,
  type MemberNoticeQuery,
} from './member-notices.schemas.js';
import { MemberNoticesService } from './member-notices.service.js';

/** The notices on the member's own pages. */
@ApiTags('member')
@Controller('member/notices')
export class MemberNoticesController {
  constructor(private readonly notices: MemberNoticesService) {}

  @Get()
  @Access('member')
  @ApiOkResponse({ standardSchema: memberNoticePageSchema })
  listMyNotices(
    @CurrentUser() member: Member,
    @Query({ schema: memberNoticeQuerySchema }) query: MemberNoticeQuery,
  ): Promise<Page<MemberNotice>> {
    return this.notices.list(member.customerId, query);
  }

  @Post(':deliveryId/read')
  @HttpCode(200)
  @Access('member')
  @ApiOkResponse({ standardSchema: memberNoticeSchema })
  markMyNoticeRead(
    @CurrentUser() member: Member,
    @Param('deliveryId', { schema: z.uuid() }) deliveryId: string,
  ): Promise<MemberNotice> {
    return this.notices.markRead(member.customerId, deliveryId);
  }
}

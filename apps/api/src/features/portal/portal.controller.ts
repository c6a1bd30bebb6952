import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, CurrentUser, type Member } from '../../platform/auth/access.decorator.js';
import type { Page } from '../../platform/http/cursor.js';
import { MemberMessagesService } from './member-messages.service.js';
import {
  memberHomeSchema,
  memberMessageDetailSchema,
  memberMessagePageSchema,
  memberMessageQuerySchema,
  memberPolicyDetailSchema,
  memberPolicyPageSchema,
  memberPolicyQuerySchema,
  type MemberHome,
  type MemberMessage,
  type MemberMessageDetail,
  type MemberMessageQuery,
  type MemberPolicyDetail,
  type MemberPolicyQuery,
} from './portal.schemas.js';
import { PortalService } from './portal.service.js';
import type { MemberPolicy } from './portal.types.js';

/** The member's own pages. Whose they are is said by the session alone, never by the request. */
@ApiTags('member')
@Controller('member')
export class PortalController {
  constructor(
    private readonly portal: PortalService,
    private readonly messages: MemberMessagesService,
  ) {}

  @Get('home')
  @Access('member')
  @ApiOkResponse({ standardSchema: memberHomeSchema })
  getHome(@CurrentUser() member: Member): Promise<MemberHome> {
    return this.portal.getHome(member.customerId);
  }

  @Get('policies')
  @Access('member')
  @ApiOkResponse({ standardSchema: memberPolicyPageSchema })
  listMyPolicies(
    @CurrentUser() member: Member,
    @Query({ schema: memberPolicyQuerySchema }) query: MemberPolicyQuery,
  ): Promise<Page<MemberPolicy>> {
    return this.portal.listPolicies(member.customerId, query);
  }

  @Get('policies/:policyId')
  @Access('member')
  @ApiOkResponse({ standardSchema: memberPolicyDetailSchema })
  getMyPolicy(
    @CurrentUser() member: Member,
    @Param('policyId', { schema: z.string().max(200) }) policyId: string,
  ): Promise<MemberPolicyDetail> {
    return this.portal.getPolicy(member.customerId, policyId);
  }

  @Get('messages')
  @Access('member')
  @ApiOkResponse({ standardSchema: memberMessagePageSchema })
  listMyMessages(
    @CurrentUser() member: Member,
    @Query({ schema: memberMessageQuerySchema }) query: MemberMessageQuery,
  ): Promise<Page<MemberMessage>> {
    return this.messages.list(member.customerId, query);
  }

  @Get('messages/:deliveryId')
  @Access('member')
  @ApiOkResponse({ standardSchema: memberMessageDetailSchema })
  getMyMessage(
    @CurrentUser() member: Member,
    @Param('deliveryId', { schema: z.uuid() }) deliveryId: string,
  ): Promise<MemberMessageDetail> {
    return this.messages.get(member.customerId, deliveryId);
  }
}

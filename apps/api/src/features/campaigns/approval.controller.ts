import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  Access,
  anyStaff,
  CurrentUser,
  staffId,
  type StaffRole,
  type User,
} from '../../platform/auth/access.decorator.js';
import { ApprovalService, type VersionChanged } from './approval.service.js';
import { ApprovalViewsService, type Viewer } from './approval-views.service.js';
import {
  activateSchema,
  approvalListSchema,
  approveSchema,
  campaignFileSchema,
  cloneSchema,
  editQuerySchema,
  historyPageSchema,
  historyQuerySchema,
  returnSchema,
  submitSchema,
  versionChangedSchema,
  versionDetailSchema,
  versionListSchema,
  versionQuerySchema,
  writtenVersionSchema,
  type ApprovalList,
  type CampaignVersion,
  type CampaignVersionDetail,
  type HistoryPage,
  type HistoryQuery,
} from './approval.schemas.js';
import { DraftsService, type WrittenVersion } from './drafts.service.js';

/** Who writes campaigns and submits them. */
const writers: StaffRole[] = ['admin', 'marketing'];
/** Who decides on what others have submitted. */
const deciders: StaffRole[] = ['admin', 'compliance'];

/** Campaigns from the first draft to the decision. */
@ApiTags('campaigns')
@Controller('staff')
export class ApprovalController {
  constructor(
    private readonly drafts: DraftsService,
    private readonly approval: ApprovalService,
    private readonly views: ApprovalViewsService,
  ) {}

  @Get('approvals')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: approvalListSchema })
  listApprovals(@CurrentUser() user: User): Promise<ApprovalList> {
    return this.views.waiting(viewerOf(user));
  }

  @Post('campaigns')
  @Access(writers)
  @ApiCreatedResponse({ standardSchema: writtenVersionSchema })
  createCampaign(
    @Body({ schema: campaignFileSchema }) file: z.infer<typeof campaignFileSchema>,
    @CurrentUser() user: User,
  ): Promise<WrittenVersion> {
    return this.drafts.create(file, staffId(user));
  }

  @Put('campaigns/:key/draft')
  @Access(writers)
  @ApiOkResponse({ standardSchema: writtenVersionSchema })
  editCampaign(
    @Param('key') key: string,
    @Query({ schema: editQuerySchema }) { base }: z.infer<typeof editQuerySchema>,
    @Body({ schema: campaignFileSchema }) file: z.infer<typeof campaignFileSchema>,
    @CurrentUser() user: User,
  ): Promise<WrittenVersion> {
    return this.drafts.edit(key, file, { actor: staffId(user), base: base ?? null });
  }

  @Post('campaigns/:key/clone')
  @Access(writers)
  @ApiCreatedResponse({ standardSchema: writtenVersionSchema })
  cloneCampaign(
    @Param('key') key: string,
    @Body({ schema: cloneSchema }) to: z.infer<typeof cloneSchema>,
    @CurrentUser() user: User,
  ): Promise<WrittenVersion> {
    return this.drafts.clone(key, { key: to.key, name: to.name }, staffId(user));
  }

  @Post('campaigns/:key/submit')
  @HttpCode(200)
  @Access(writers)
  @ApiOkResponse({ standardSchema: versionChangedSchema })
  submitCampaign(
    @Param('key') key: string,
    @Body({ schema: submitSchema }) { contentHash }: z.infer<typeof submitSchema>,
    @CurrentUser() user: User,
  ): Promise<VersionChanged> {
    return this.approval.submit(key, { actor: staffId(user), seen: contentHash });
  }

  @Post('campaigns/:key/approve')
  @HttpCode(200)
  @Access(deciders)
  @ApiOkResponse({ standardSchema: versionChangedSchema })
  approveCampaign(
    @Param('key') key: string,
    @Body({ schema: approveSchema }) { contentHash, activate, moveRunning }: z.infer<typeof approveSchema>,
    @CurrentUser() user: User,
  ): Promise<VersionChanged> {
    const actor = staffId(user);
    return this.approval.approve(key, { actor, seen: contentHash, activate, moveRunning });
  }

  @Post('campaigns/:key/return')
  @HttpCode(200)
  @Access(deciders)
  @ApiOkResponse({ standardSchema: versionChangedSchema })
  returnCampaign(
    @Param('key') key: string,
    @Body({ schema: returnSchema }) { contentHash, reason }: z.infer<typeof returnSchema>,
    @CurrentUser() user: User,
  ): Promise<VersionChanged> {
    return this.approval.giveBack(key, { actor: staffId(user), seen: contentHash, reason });
  }

  @Post('campaigns/:key/activate')
  @HttpCode(200)
  @Access(writers)
  @ApiOkResponse({ standardSchema: versionChangedSchema })
  activateCampaign(
    @Param('key') key: string,
    @Body({ schema: activateSchema }) { moveRunning }: z.infer<typeof activateSchema>,
    @CurrentUser() user: User,
  ): Promise<VersionChanged> {
    return this.approval.activate(key, { actor: staffId(user), moveRunning });
  }

  @Get('campaigns/:key/versions')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: versionListSchema })
  listCampaignVersions(@Param('key') key: string): Promise<{ items: CampaignVersion[] }> {
    return this.views.versions(key);
  }

  @Get('campaigns/:key/versions/:version')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: versionDetailSchema })
  getCampaignVersion(
    @Param('key') key: string,
    @Param('version', { schema: z.coerce.number().int().positive() }) version: number,
    @Query({ schema: versionQuerySchema }) { against }: z.infer<typeof versionQuerySchema>,
    @CurrentUser() user: User,
  ): Promise<CampaignVersionDetail> {
    return this.views.version(key, { version, against: against ?? null, viewer: viewerOf(user) });
  }

  @Get('campaigns/:key/history')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: historyPageSchema })
  getCampaignHistory(
    @Param('key') key: string,
    @Query({ schema: historyQuerySchema }) query: HistoryQuery,
  ): Promise<HistoryPage> {
    return this.views.history(key, query);
  }
}

function viewerOf(user: User): Viewer {
  return { id: staffId(user), decides: user.kind === 'staff' && deciders.includes(user.role) };
}

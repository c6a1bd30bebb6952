import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Access, CurrentUser, type StaffUser } from '../../platform/auth/access.decorator.js';
import { testSendSchema, testSentSchema, type TestSend, type TestSent } from './test-send.schemas.js';
import { TestSendService } from './test-send.service.js';

/** A look at a letter in one's own mailbox, before anybody else gets it. */
@ApiTags('campaigns')
@Controller('staff/campaigns')
export class TestSendController {
  constructor(private readonly tests: TestSendService) {}

  @Post(':key/test-send')
  @HttpCode(200)
  @Access(['admin', 'compliance', 'marketing'])
  @ApiOkResponse({ standardSchema: testSentSchema })
  sendCampaignTest(
    @Param('key') key: string,
    @Body({ schema: testSendSchema }) asked: TestSend,
    @CurrentUser() user: StaffUser,
  ): Promise<TestSent> {
    return this.tests.send(key, asked, user);
  }
}

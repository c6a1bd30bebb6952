import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import {
  Access,
  anyStaff,
  CurrentUser,
  type StaffRole,
  type StaffUser,
} from '../../platform/auth/access.decorator.js';
import {
  sendingStateSchema,
  stopReasonSchema,
  transportsSchema,
  type SendingState,
  type Transports,
} from './limits.schemas.js';
import { SendingStopService } from './sending-stop.service.js';
import { TransportsService } from './transports.service.js';

/** Whoever sees that something is going wrong may stop it; letting it go on is weighed by fewer. */
const mayStop: StaffRole[] = ['admin', 'compliance', 'marketing'];
const mayResume: StaffRole[] = ['admin', 'compliance'];

/** The emergency stop of all sending, and the mail servers that mail goes to. */
@ApiTags('sending')
@Controller('staff/sending')
export class SendingController {
  constructor(
    private readonly sending: SendingStopService,
    private readonly transports: TransportsService,
  ) {}

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: sendingStateSchema })
  async getSendingState(): Promise<SendingState> {
    const stop = await this.sending.find();
    if (!stop) return { stopped: false, at: null, by: null, reason: null };
    return { stopped: true, at: stop.at.toISOString(), by: stop.byName, reason: stop.reason };
  }

  @Get('transports')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: transportsSchema })
  async getTransports(): Promise<Transports> {
    const { transports, using } = await this.transports.status();
    return {
      transports: transports.map(({ since, retryAt, ...transport }) => ({
        ...transport,
        since: since?.toISOString() ?? null,
        retryAt: retryAt?.toISOString() ?? null,
      })),
      using,
    };
  }

  @Post('stop')
  @HttpCode(200)
  @Access(mayStop)
  @ApiOkResponse({ standardSchema: sendingStateSchema })
  async stopSending(
    @Body({ schema: stopReasonSchema }) { reason }: z.infer<typeof stopReasonSchema>,
    @CurrentUser() user: StaffUser,
  ): Promise<SendingState> {
    await this.sending.stop(reason, user.userId);
    return this.getSendingState();
  }

  @Post('resume')
  @HttpCode(200)
  @Access(mayResume)
  @ApiOkResponse({ standardSchema: sendingStateSchema })
  async resumeSending(@CurrentUser() user: StaffUser): Promise<SendingState> {
    await this.sending.resume(user.userId);
    return this.getSendingState();
  }
}

import { pipeline } from 'node:stream/promises';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { deliveryStates } from '@aftercare/domain';
import type { Response } from 'express';
import { z } from 'zod';
import {
  Access,
  CurrentUser,
  staffId,
  type StaffRole,
  type User,
} from '../../platform/auth/access.decorator.js';
import { RecipientsService } from './recipients.service.js';

/** Who may take the list of a campaign's people out of the house. */
const exporters: StaffRole[] = ['admin', 'compliance', 'marketing'];

const recipientsQuerySchema = z.strictObject({
  state: z
    .string()
    .max(200)
    .transform((text) => text.split(',').filter((state) => state !== ''))
    .pipe(z.array(z.enum(deliveryStates)))
    .optional()
    .meta({ description: 'Only rows in these states, separated by commas' }),
});

/** The people of a campaign, as a file. */
@ApiTags('campaigns')
@Controller('staff/campaigns')
export class RecipientsController {
  constructor(private readonly recipients: RecipientsService) {}

  @Get(':key/recipients.csv')
  @Access(exporters)
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async exportRecipients(
    @Param('key') key: string,
    @Query({ schema: recipientsQuerySchema }) { state = [] }: z.infer<typeof recipientsQuerySchema>,
    @CurrentUser() user: User,
    @Res() response: Response,
  ): Promise<void> {
    await this.recipients.export(key, state, staffId(user), async (csv) => {
      const part = state.length > 0 ? `-${state.join('-')}` : '';
      response.attachment(`${key}-recipients${part}.csv`).type('text/csv; charset=utf-8');
      response.set('Cache-Control', 'no-store');
      await pipeline(csv, response).catch((error: NodeJS.ErrnoException) => {
        // Whoever asked has gone away: nobody is left to be told, and nothing has gone wrong.
        if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
      });
    });
  }
}

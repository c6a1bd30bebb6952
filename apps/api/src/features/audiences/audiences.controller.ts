import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ruleSchema } from '@aftercare/domain';
import { z } from 'zod';
import { Access, anyStaff } from '../../platform/auth/access.decorator.js';
import { AudienceCountService } from './audience-count.service.js';

const countRequestSchema = z.strictObject({ subject: z.enum(['policy', 'customer']), rule: ruleSchema });
type CountRequest = z.infer<typeof countRequestSchema>;

/** How many a rule lets in today, and some of them. */
const audienceCountSchema = z
  .object({
    count: z.int(),
    sample: z.array(
      z.object({
        customerId: z.string(),
        policyId: z.string().nullable(),
        givenName: z.string().nullable(),
        familyName: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'AudienceCount' });

/** Audiences, for those who write rules. */
@ApiTags('audiences')
@Controller('staff/audiences')
export class AudiencesController {
  constructor(private readonly counts: AudienceCountService) {}

  @Post('count')
  @HttpCode(200)
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: audienceCountSchema })
  countAudience(
    @Body({ schema: countRequestSchema }) { subject, rule }: CountRequest,
  ): Promise<z.infer<typeof audienceCountSchema>> {
    return this.counts.count(subject, rule);
  }
}

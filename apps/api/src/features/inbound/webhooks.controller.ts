import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { z } from 'zod';
import { Access, CrossSite } from '../../platform/auth/access.decorator.js';
import { Clock } from '../../platform/clock/clock.js';
import { notFound } from '../../platform/http/problem.js';
import { EvidenceService } from './evidence.service.js';
import { MailgunWebhook } from './mailgun.webhook.js';
import { PostmarkWebhook } from './postmark.webhook.js';
import { SendgridWebhook } from './sendgrid.webhook.js';
import { SesWebhook } from './ses.webhook.js';
import type { WebhookProvider } from './webhook.types.js';

const takenSchema = z.object({ taken: z.int() }).meta({ id: 'WebhookTaken' });

/** Where mail providers post what became of messages. Open to all: each request shows by its signature whose it is. */
@ApiTags('webhooks')
@Controller('public/webhooks')
export class WebhooksController {
  private readonly providers: readonly WebhookProvider[];

  constructor(
    private readonly evidence: EvidenceService,
    private readonly clock: Clock,
    ses: SesWebhook,
    sendgrid: SendgridWebhook,
    postmark: PostmarkWebhook,
    mailgun: MailgunWebhook,
  ) {
    this.providers = [ses, sendgrid, postmark, mailgun];
  }

  @Post(':provider')
  @HttpCode(200)
  @Access('public')
  @CrossSite()
  @ApiConsumes('application/json', 'text/plain')
  @ApiOkResponse({ standardSchema: takenSchema })
  async takeWebhook(
    @Param('provider', { schema: z.string() }) name: string,
    @Req() request: Request,
  ): Promise<z.infer<typeof takenSchema>> {
    const provider = this.providers.find((each) => each.name === name && each.isConfigured);
    if (!provider) throw notFound('webhook');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const now = new Date(this.clock.now().epochMilliseconds);
    const reports = await provider.read({ body, headers: request.headers, now });
    return { taken: await this.evidence.take(provider.name, reports) };
  }
}

import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '../../platform/auth/access.decorator.js';
import { Config } from '../../platform/config/config.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { MailServer } from '../../platform/mail/mail-server.js';

const siteSchema = z
  .object({
    name: z.string(),
    supportEmail: z.string().nullable(),
    supportPhone: z.string().nullable(),
    payUrl: z.url().nullable(),
    brandColour: z.string().nullable().describe('#rrggbb; null: the built-in one'),
    inboxUrl: z.url().nullable().describe('The development inbox, while there is no mail server'),
    sample: z.boolean(),
  })
  .meta({ id: 'Site' });

/** What the web app shows before anybody has signed in. */
@ApiTags('public')
@Controller('public/site')
export class SiteController {
  constructor(
    private readonly config: Config,
    private readonly mailServer: MailServer,
  ) {}

  @Get()
  @Access('public')
  @Header('Cache-Control', 'public, max-age=60')
  @ApiOkResponse({ standardSchema: siteSchema })
  getSite(): z.infer<typeof siteSchema> {
    const brand = brandOf(this.config, senderOf(this.config.mailFrom));
    return {
      name: brand.name,
      supportEmail: brand.contactEmail,
      supportPhone: brand.contactPhone ?? null,
      payUrl: null,
      brandColour: null,
      inboxUrl: this.mailServer.inboxUrl,
      sample: this.config.sample,
    };
  }
}

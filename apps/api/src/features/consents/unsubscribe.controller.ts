import { Controller, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access, CrossSite } from '../../platform/auth/access.decorator.js';
import { ConsentsService } from './consents.service.js';

/**
 * The address in `List-Unsubscribe`. Only POST is served here, to mail programs (RFC 8058) and to forms, with
 * any body or none; GET is the web app's page, and changes nothing: scanners open every link of a message.
 */
@ApiExcludeController()
@Controller('u')
export class UnsubscribeController {
  constructor(private readonly consents: ConsentsService) {}

  @Post(':token')
  @HttpCode(200)
  @Access('public')
  @CrossSite()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  async unsubscribe(@Param('token') token: string): Promise<string> {
    await this.consents.unsubscribe(token);
    return 'Done. We will not write to you about this any more.\n';
  }
}

import { Module } from '@nestjs/common';
import { ConsentsModule } from '../consents/consents.module.js';
import { AddressHealthModule } from './address-health.module.js';
import { EvidenceRepository } from './evidence.repository.js';
import { EvidenceService } from './evidence.service.js';
import { ForgetEvidenceService } from './forget-evidence.service.js';
import { InboundListener } from './inbound-listener.js';
import { MailgunWebhook } from './mailgun.webhook.js';
import { PostmarkWebhook } from './postmark.webhook.js';
import { ReturnedMailService } from './returned-mail.service.js';
import { SendgridWebhook } from './sendgrid.webhook.js';
import { AmazonClient, SesWebhook } from './ses.webhook.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsRepository } from './suppressions.repository.js';
import { SuppressionsService } from './suppressions.service.js';
import { WebhooksController } from './webhooks.controller.js';

/** What is reported of messages after they were handed over, by mail and by webhook, and what follows from it. */
@Module({
  imports: [AddressHealthModule, ConsentsModule],
  controllers: [SuppressionsController, WebhooksController],
  providers: [
    AmazonClient,
    EvidenceRepository,
    EvidenceService,
    ForgetEvidenceService,
    InboundListener,
    MailgunWebhook,
    PostmarkWebhook,
    ReturnedMailService,
    SendgridWebhook,
    SesWebhook,
    SuppressionsRepository,
    SuppressionsService,
  ],
  exports: [EvidenceService, ForgetEvidenceService, SuppressionsService],
})
export class InboundModule {}

import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, anyStaff } from '../../platform/auth/access.decorator.js';
import {
  deliveryDetailSchema,
  deliveryMessageSchema,
  deliveryPageSchema,
  deliveryQuerySchema,
  type DeliveryDetail,
  type DeliveryMessage,
  type DeliveryPage,
  type DeliveryQuery,
} from './deliveries.schemas.js';
import { DeliveriesService } from './deliveries.service.js';
import { MessagesService } from './messages.service.js';

/** The people behind every number of the desk, and what each of them was sent. */
@ApiTags('deliveries')
@Controller('staff/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly messages: MessagesService,
  ) {}

  @Get()
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: deliveryPageSchema })
  listDeliveries(@Query({ schema: deliveryQuerySchema }) query: DeliveryQuery): Promise<DeliveryPage> {
    return this.deliveries.list(query);
  }

  @Get(':deliveryId')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: deliveryDetailSchema })
  getDelivery(@Param('deliveryId', { schema: z.uuid() }) deliveryId: string): Promise<DeliveryDetail> {
    return this.deliveries.get(deliveryId);
  }

  @Get(':deliveryId/message')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: deliveryMessageSchema })
  getDeliveryMessage(
    @Param('deliveryId', { schema: z.uuid() }) deliveryId: string,
  ): Promise<DeliveryMessage> {
    return this.messages.get(deliveryId);
  }

  @Get(':deliveryId/message.eml')
  @Access(anyStaff)
  @ApiOkResponse({ content: { 'message/rfc822': { schema: { type: 'string', format: 'binary' } } } })
  async downloadDeliveryMessage(
    @Param('deliveryId', { schema: z.uuid() }) deliveryId: string,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.messages.raw(deliveryId), {
      type: 'message/rfc822',
      disposition: `attachment; filename="${deliveryId}.eml"`,
    });
  }
}

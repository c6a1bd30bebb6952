import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, anyStaff } from '../../platform/auth/access.decorator.js';
import type { Page } from '../../platform/http/cursor.js';
import {
  customerDetailSchema,
  customerPageSchema,
  customerQuerySchema,
  upcomingSchema,
  type CustomerDetail,
  type CustomerPage,
  type CustomerQuery,
  type Upcoming,
} from './customers.schemas.js';
import { CustomersService } from './customers.service.js';
import {
  timelinePageSchema,
  timelineQuerySchema,
  type TimelineItem,
  type TimelineQuery,
} from './timeline.schemas.js';
import { TimelineService } from './timeline.service.js';
import { todaySchema, type Today } from './today.schemas.js';
import { TodayService } from './today.service.js';
import { UpcomingService } from './upcoming.service.js';

const customerIdSchema = z.string().max(200);

/** The desk's first page and its customers. */
@ApiTags('staff')
@Controller('staff')
export class DeskController {
  constructor(
    private readonly today: TodayService,
    private readonly customers: CustomersService,
    private readonly timeline: TimelineService,
    private readonly upcoming: UpcomingService,
  ) {}

  @Get('today')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: todaySchema })
  getToday(): Promise<Today> {
    return this.today.getToday();
  }

  @Get('customers')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: customerPageSchema })
  listCustomers(@Query({ schema: customerQuerySchema }) query: CustomerQuery): Promise<CustomerPage> {
    return this.customers.list(query);
  }

  @Get('customers/:customerId')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: customerDetailSchema })
  getCustomer(
    @Param('customerId', { schema: customerIdSchema }) customerId: string,
  ): Promise<CustomerDetail> {
    return this.customers.get(customerId);
  }

  @Get('customers/:customerId/timeline')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: timelinePageSchema })
  async getCustomerTimeline(
    @Param('customerId', { schema: customerIdSchema }) customerId: string,
    @Query({ schema: timelineQuerySchema }) query: TimelineQuery,
  ): Promise<Page<TimelineItem>> {
    await this.customers.ensureExists(customerId);
    return this.timeline.list(customerId, query);
  }

  @Get('customers/:customerId/upcoming')
  @Access(anyStaff)
  @ApiOkResponse({ standardSchema: upcomingSchema })
  getCustomerUpcoming(
    @Param('customerId', { schema: customerIdSchema }) customerId: string,
  ): Promise<Upcoming> {
    return this.upcoming.list(customerId);
  }
}

import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/cursor.js';
import { TimelineRepository } from './timeline.repository.js';
import { timelineTypes, type TimelineItem, type TimelineQuery } from './timeline.schemas.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.string()]);

/** One customer's story: policies, letters, payments, choices and events, newest first. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly repository: TimelineRepository,
    private readonly clock: Clock,
  ) {}

  async list(customerId: string, query: TimelineQuery): Promise<Page<TimelineItem>> {
    const rows = await this.repository.list(customerId, query.type ?? timelineTypes, {
      now: new Date(this.clock.now().epochMilliseconds),
      after: query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor),
      limit: query.limit + 1,
    });
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map(({ item }) => item),
      nextCursor: last ? encodeCursor([last.atExactly, last.key]) : null,
    };
  }
}

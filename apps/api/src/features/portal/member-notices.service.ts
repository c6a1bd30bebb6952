import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../platform/clock/clock.js';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { MemberNoticesRepository, type NoticeRow } from './member-notices.repository.js';
import type { MemberNotice, MemberNoticeQuery } from './member-notices.schemas.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** What campaigns put on a member's own pages. */
@Injectable()
export class MemberNoticesService {
  constructor(
    private readonly repository: MemberNoticesRepository,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(customerId: string, query: MemberNoticeQuery): Promise<Page<MemberNotice>> {
    const rows = await this.repository.list(
      { customerId, unread: query.unread === 'true' },
      {
        after: query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor),
        limit: query.limit + 1,
      },
    );
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map(noticeOf),
      nextCursor: last ? encodeCursor([last.publishedAtExactly, last.deliveryId]) : null,
    };
  }

  /** @throws ProblemError `not_found`, also when the notice is someone else's */
  async markRead(customerId: string, deliveryId: string): Promise<MemberNotice> {
    const now = new Date(this.clock.now().epochMilliseconds);
    const row = await this.repository.markRead(customerId, deliveryId, now);
    if (!row) throw notFound('notice');
    return noticeOf(row);
  }
}

function noticeOf({ publishedAtExactly: _, ...row }: NoticeRow): MemberNotice {
  return {
    ...row,
    publishedAt: row.publishedAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}

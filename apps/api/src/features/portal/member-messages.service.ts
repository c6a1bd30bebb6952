import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { decodeCursor, encodeCursor, type Page } from '../../platform/http/cursor.js';
import { notFound } from '../../platform/http/problem.js';
import { MessagesService } from '../deliveries/messages.service.js';
import { MemberMessagesRepository, type MessageRow } from './member-messages.repository.js';
import type { MemberMessage, MemberMessageDetail, MemberMessageQuery } from './portal.schemas.js';

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** The letters a member got, as they were sent. */
@Injectable()
export class MemberMessagesService {
  constructor(
    private readonly repository: MemberMessagesRepository,
    private readonly messages: MessagesService,
  ) {}

  /** Newest first. */
  async list(customerId: string, query: MemberMessageQuery): Promise<Page<MemberMessage>> {
    const rows = await this.repository.list(
      { customerId, topic: query.topic, search: query.q },
      {
        after: query.cursor === undefined ? null : decodeCursor(cursorSchema, query.cursor),
        limit: query.limit + 1,
      },
    );
    const page = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? page.at(-1) : undefined;
    return {
      items: page.map(messageOf),
      nextCursor: last ? encodeCursor([last.sentAtExactly, last.deliveryId]) : null,
    };
  }

  /** The latest few, or the latest few about one policy. */
  async latest(customerId: string, limit: number, policyId?: string): Promise<MemberMessage[]> {
    const rows = await this.repository.list({ customerId, policyId }, { after: null, limit });
    return rows.map(messageOf);
  }

  /** @throws ProblemError `not_found`, also when the letter is someone else's. */
  async get(customerId: string, deliveryId: string): Promise<MemberMessageDetail> {
    const row = await this.repository.find(customerId, deliveryId);
    if (!row) throw notFound('message');
    const { from, to, html, text } = await this.messages.get(deliveryId);
    return { ...messageOf(row), from, to, html, text };
  }
}

function messageOf({ sentAtExactly: _, ...row }: MessageRow): MemberMessage {
  return { ...row, sentAt: row.sentAt.toISOString() };
}

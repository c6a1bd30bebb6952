import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import libmime from 'libmime';
import { simpleParser, type AddressObject } from 'mailparser';
import { ProblemError } from '../../platform/http/problem.js';
import { TrackedLinksService } from '../tracking/tracked-links.service.js';
import type { DeliveryMessage } from './deliveries.schemas.js';
import { MessagesRepository, type StoredMessage } from './messages.repository.js';

const decompress = promisify(zstdDecompress);

/** Messages as they were handed to the mail server: read from the bytes that went, never made anew. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly repository: MessagesRepository,
    private readonly links: TrackedLinksService,
  ) {}

  /** @throws ProblemError `no_message` when no message was ever handed over */
  async get(deliveryId: string): Promise<DeliveryMessage> {
    const stored = await this.getStored(deliveryId);
    const raw = await bytesOf(stored);
    const mail = await simpleParser(raw);
    return {
      deliveryId,
      subject: stored.subject,
      from: textOf(mail.from),
      to: textOf(mail.to),
      date: mail.date?.toISOString() ?? null,
      headers: mail.headerLines.map(({ line }) => headerOf(line)),
      html: mail.html ? this.links.untracked(mail.html, 'html') : null,
      text: mail.text === undefined ? null : this.links.untracked(mail.text, 'text'),
      raw: raw.toString('utf8'),
      sizeBytes: raw.length,
      sha256: hash('sha256', raw),
      attachments: mail.attachments.map(({ filename, contentType, size }) => ({
        name: filename ?? null,
        type: contentType,
        sizeBytes: size,
      })),
    };
  }

  /** The bytes themselves. @throws ProblemError `no_message` */
  async raw(deliveryId: string): Promise<Buffer> {
    return bytesOf(await this.getStored(deliveryId));
  }

  private async getStored(deliveryId: string): Promise<StoredMessage> {
    const stored = await this.repository.find(deliveryId);
    if (!stored)
      throw new ProblemError('no_message', 404, 'No message was ever handed over for this delivery.');
    return stored;
  }
}

async function bytesOf({ zstd, dictionary, start, length }: StoredMessage): Promise<Buffer> {
  const block = await decompress(zstd, dictionary === null ? {} : { dictionary });
  return block.subarray(start, start + length);
}

function textOf(address: AddressObject | AddressObject[] | undefined): string {
  return [address ?? []]
    .flat()
    .map(({ text }) => text)
    .join(', ');
}

/** One header, unfolded, its encoded words read. */
function headerOf(line: string): { name: string; value: string } {
  const colon = line.indexOf(':');
  const value = line
    .slice(colon + 1)
    .replace(/\r?\n\s+/g, ' ')
    .trim();
  return { name: line.slice(0, colon), value: libmime.decodeWords(value) };
}

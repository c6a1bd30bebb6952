import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** What messages of one kind have in common. Kept messages name it, and say only what they have of their own. */
export interface MessageDictionary {
  id: number;
  bytes: Buffer;
}

/** The bytes handed to a mail server, as they are kept. */
export interface StoredMessage {
  deliveryId: string;
  customerId: string;
  subject: string;
  /** Its own bytes and others', compressed together. */
  zstd: Buffer;
  /** What they were compressed with; null: nothing. */
  dictionary: Buffer | null;
  /** Where its own begin among them, and how many they are. */
  start: number;
  length: number;
}

@Injectable()
export class MessagesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(deliveryId: string): Promise<StoredMessage | null> {
    const [row] = await this.dataSource.query<StoredMessage[]>(
      `SELECT d.delivery_id AS "deliveryId", d.customer_id AS "customerId", d.subject_line AS subject,
              block.zstd, dictionary.bytes AS dictionary, d.block_start AS start, d.block_length AS length
         FROM deliveries d
         JOIN message_blocks block
           ON block.block_id = d.block_id AND block.anchor_month = date_trunc('month', d.anchor_date)::date
         LEFT JOIN message_dictionaries dictionary USING (dictionary_id)
        WHERE d.delivery_id = $1`,
      [deliveryId],
    );
    return row ?? null;
  }

  async findDictionary(kind: string): Promise<MessageDictionary | null> {
    const [row] = await this.dataSource.query<MessageDictionary[]>(
      `SELECT dictionary_id AS id, bytes FROM message_dictionaries WHERE kind = $1`,
      [kind],
    );
    return row ?? null;
  }

  /** Keeps the bytes as a kind's dictionary, unless another process has just done so: its own stand then. */
  async addDictionary(kind: string, bytes: Buffer): Promise<MessageDictionary | null> {
    await this.dataSource.query(
      `INSERT INTO message_dictionaries (kind, bytes) VALUES ($1, $2) ON CONFLICT (kind) DO NOTHING`,
      [kind, bytes],
    );
    return this.findDictionary(kind);
  }
}

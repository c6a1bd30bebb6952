import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** The bytes handed to a mail server, as they are kept. */
export interface StoredMessage {
  deliveryId: string;
  customerId: string;
  subject: string;
  rawZstd: Buffer;
  sha256: string;
  storedAt: Date;
}

@Injectable()
export class MessagesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(deliveryId: string): Promise<StoredMessage | null> {
    const [row] = await this.dataSource.query<StoredMessage[]>(
      `SELECT m.delivery_id AS "deliveryId", d.customer_id AS "customerId", m.subject, m.raw_zstd AS "rawZstd", m.sha256,
              m.stored_at AS "storedAt"
         FROM delivery_messages m
         JOIN deliveries d ON d.delivery_id = m.delivery_id AND d.anchor_date = m.anchor_date
        WHERE m.delivery_id = $1`,
      [deliveryId],
    );
    return row ?? null;
  }
}

import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Tx } from '../database/tx.js';
import type { AuditEntry } from './audit.types.js';

const columns = `entry_no AS "entryNo", at, actor, action, subject, detail, prev_hash AS "prevHash", hash`;
const readBatch = 1000;

type StoredEntry = Omit<AuditEntry, 'at'> & { at: Date };

function entryOf(row: StoredEntry): AuditEntry {
  return { ...row, at: row.at.toISOString() };
}

@Injectable()
export class AuditRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The last entry, held until the transaction ends: entries are appended one after the other. */
  async lockLast(tx: Tx): Promise<AuditEntry | null> {
    await tx.query(`LOCK TABLE audit_log IN SHARE ROW EXCLUSIVE MODE`);
    const [row] = await tx.query<AuditEntry[]>(
      `SELECT ${columns} FROM audit_log ORDER BY entry_no DESC LIMIT 1`,
    );
    return row ?? null;
  }

  async append(tx: Tx, entry: AuditEntry): Promise<void> {
    await tx.query(
      `INSERT INTO audit_log (entry_no, at, actor, action, subject, detail, prev_hash, hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[entry.entryNo, entry.at, entry.actor, entry.action, entry.subject],
        ...[JSON.stringify(entry.detail), entry.prevHash, entry.hash],
      ],
    );
  }

  async about(
    subject: string,
    { before, limit }: { before: number | null; limit: number },
  ): Promise<AuditEntry[]> {
    const rows = await this.dataSource.query<StoredEntry[]>(
      `SELECT ${columns} FROM audit_log
       WHERE subject = $1 AND ($2::bigint IS NULL OR entry_no < $2) ORDER BY entry_no DESC LIMIT $3`,
      [subject, before, limit],
    );
    return rows.map(entryOf);
  }

  async *readAll(): AsyncGenerator<AuditEntry> {
    for (let after = 0; ;) {
      const rows = await this.dataSource.query<StoredEntry[]>(
        `SELECT ${columns} FROM audit_log WHERE entry_no > $1 ORDER BY entry_no LIMIT ${readBatch}`,
        [after],
      );
      for (const row of rows) yield entryOf(row);
      if (rows.length < readBatch) return;
      after = rows.at(-1)!.entryNo;
    }
  }
}

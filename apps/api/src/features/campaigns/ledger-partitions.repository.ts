import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/tx.js';

/** The partitioned tables of the ledger, whose monthly parts are made before rows go in. */
const tables = ['deliveries', 'message_blocks'] as const;

/**
 * A row of the ledger changes a few times, and is twice as long in the end: with room on its page, no index hears of it.
 * Kept bytes never change.
 */
const fillFactors = { deliveries: 50, message_blocks: 100 } as const;

/** Makes the monthly parts of the ledger. */
@Injectable()
export class LedgerPartitionsRepository {
  /**
   * Makes sure that rows with these anchor dates (YYYY-MM-DD) have a part to go to. Costs one statement when they
   * have, which is nearly always; otherwise a few for each new month, in the caller's transaction.
   */
  async ensure(tx: Tx, anchorDates: Iterable<string>): Promise<void> {
    const months = [...new Set(Array.from(anchorDates, (date) => date.slice(0, 7)))].sort();
    if ((await this.missing(tx, months)).length === 0) return;
    // ATTACH takes this lock too, unlike CREATE … PARTITION OF, which would make every reader and writer of the
    // ledger wait. Whoever waited for it looks again: the other one has made the part.
    await tx.query(`LOCK TABLE ${tables.join(', ')} IN SHARE UPDATE EXCLUSIVE MODE`);
    for (const { table, month } of await this.missing(tx, months)) {
      const part = partName(table, month);
      await tx.query(
        `CREATE TABLE ${part} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED
                              INCLUDING STORAGE)
         WITH (fillfactor = ${fillFactors[table]})`,
      );
      await tx.query(
        `ALTER TABLE ${table} ATTACH PARTITION ${part} FOR VALUES FROM ('${month}-01') TO ('${nextMonth(month)}-01')`,
      );
    }
  }

  private async missing(
    tx: Tx,
    months: string[],
  ): Promise<{ table: (typeof tables)[number]; month: string }[]> {
    const wanted = months.flatMap((month) => tables.map((table) => ({ table, month })));
    const names = wanted.map(({ table, month }) => partName(table, month));
    const found = await tx.query<{ missing: boolean }[]>(
      `SELECT to_regclass(name) IS NULL AS missing FROM unnest($1::text[]) WITH ORDINALITY AS part (name, place)
       ORDER BY place`,
      [names],
    );
    return wanted.filter((_, index) => found[index]!.missing);
  }
}

function partName(table: string, month: string): string {
  if (!/^\d{4}-\d{2}$/.test(month)) throw new Error(`no month: ${month}`);
  return `${table}_${month.replace('-', '_')}`;
}

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

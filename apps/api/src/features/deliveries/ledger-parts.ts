import type { PreparedStatements } from './prepared-statement.js';

/** A monthly part of the ledger; `until` is not included. */
interface Part {
  name: string;
  since: string;
  until: string;
}

const partsStatement = `
  SELECT name, bounds[1] AS since, bounds[2] AS until
    FROM (SELECT quote_ident(part.relname) AS name,
                 regexp_match(pg_get_expr(part.relpartbound, part.oid), 'FROM \\(''(.+)''\\) TO \\(''(.+)''\\)') AS bounds
            FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
           WHERE inhparent = 'deliveries'::regclass) parts`;

/**
 * The ledger has a part for each month, and a statement that names the whole locks and considers them all, each time it
 * is run. What is written mostly lies in one of them.
 */
export class LedgerParts {
  private parts: Part[] = [];

  constructor(private readonly statements: PreparedStatements) {}

  /** The name of the part in which all of these anchor dates lie, or of the whole ledger. */
  async holding(first: string, last: string): Promise<string> {
    const found = this.find(first);
    if (found === undefined) this.parts = await this.statements.run<Part>('parts', partsStatement, []);
    const part = found ?? this.find(first);
    return part !== undefined && last < part.until ? part.name : 'deliveries';
  }

  private find(date: string): Part | undefined {
    return this.parts.find(({ since, until }) => date >= since && date < until);
  }
}

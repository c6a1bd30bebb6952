/** What happened, to what, by whom. `actor` is a staff id, `command line` or `system`. */
export interface AuditRecord {
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}

/** A record in its place in the chain. `at` is an ISO instant; hashes are hexadecimal SHA-256. */
export interface AuditEntry extends AuditRecord {
  entryNo: number;
  at: string;
  prevHash: string;
  hash: string;
}

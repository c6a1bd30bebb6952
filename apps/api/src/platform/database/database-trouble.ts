/**
 * Of the server's own codes: connections lost or refused, starting or stopping, read-only, full, deadlocked, cancelled by
 * somebody, kept waiting for a lock too long, a disk in trouble.
 */
const passingCodes =
  /^(08|53|57|40|58)|^(25006|55P03|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
const passingMessages =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|not queryable|Client was closed|already released/i;

/** Whether a statement failed for a cause that passes by itself, so that it can be tried again as it is. */
export function isPassingDatabaseTrouble(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return passingCodes.test(code) || passingMessages.test(message);
}

import { ProblemError } from '../../platform/http/problem.js';

/** Words for what PostgreSQL and the network report, by the class of its code. Longer codes come first. */
const failures: readonly [prefix: string, code: string, detail: string][] = [
  ['53100', 'disk_full', 'The database has no disk space left. Make room and import the file again.'],
  ['53200', 'out_of_memory', 'The database has no memory left. Import the file again when it has.'],
  ['53', 'database_busy', 'The database is at its limits. Import the file again later.'],
  ['57', 'database_lost', 'The database was stopped or ended the connection. Import the file again.'],
  ['08', 'database_lost', 'The connection to the database was lost. Import the file again.'],
  ['ECONN', 'database_lost', 'The connection to the database was lost. Import the file again.'],
];

/** Why an import failed, in words for the operator. Nothing of the file was kept: the transaction is gone. */
export function failureOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const known = failures.find(([prefix]) => code.startsWith(prefix));
  if (known) return new ProblemError(known[1], 503, `${known[2]} Nothing of it was kept.`);
  if (/Connection terminated|connection.*(closed|not open|ended)/i.test(message)) {
    return new ProblemError(
      'database_lost',
      503,
      'The connection to the database was lost. Nothing of the file was kept.',
    );
  }
  return new ProblemError(
    'internal',
    500,
    'The import failed for a reason on our side. Nothing of the file was kept.',
  );
}

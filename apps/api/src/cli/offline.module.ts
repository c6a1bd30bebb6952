import { Module } from '@nestjs/common';
import { AuditService } from '../platform/audit/audit.service.js';
import { AuditCommand, AuditExportCommand, AuditVerifyCommand } from './audit.command.js';

/** What works where there is neither a database nor a data folder, as at an auditor's desk: `audit verify --file`. */
@Module({
  // The one command that gets here reads its entries from a file and never asks for those of a database.
  providers: [
    AuditCommand,
    AuditExportCommand,
    AuditVerifyCommand,
    { provide: AuditService, useValue: null },
  ],
})
export class OfflineModule {}

/** Whether the command line asks for something that needs no database. */
export function isOffline([name, subcommand, ...rest]: readonly string[]): boolean {
  return (
    name === 'audit' &&
    subcommand === 'verify' &&
    rest.some((word) => word === '--file' || word.startsWith('--file='))
  );
}

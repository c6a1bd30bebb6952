import { Module, type DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import type { Surroundings } from '../platform/platform.module.js';
import { AuditCommand, AuditExportCommand, AuditVerifyCommand } from './audit.command.js';
import { campaignsCommands } from './campaigns.command.js';
import { evidenceCommands } from './evidence.command.js';
import { ImportCommand } from './import.command.js';
import { LedgerCommand } from './ledger.command.js';
import { limitsCommands } from './limits.command.js';
import { PlanCommand } from './plan.command.js';
import { PreviewCommand } from './preview.command.js';
import { ratesCommands } from './rates.command.js';
import { ReconcileCommand } from './reconcile.command.js';
import { RunCommand } from './run.command.js';
import { sendingCommands } from './sending.command.js';
import { SimulateCommand } from './simulate.command.js';
import { StatusCommand } from './status.command.js';
import { SampleCommand } from './sample.command.js';
import {
  StaffAddCommand,
  StaffCommand,
  StaffDisableCommand,
  StaffResetPasswordCommand,
} from './staff.command.js';
import { suppressionsCommands } from './suppressions.command.js';
import { trackingCommands } from './tracking.command.js';
import { WhyCommand } from './why.command.js';

/** The operator's commands, on the same features as the platform. */
@Module({})
export class CliModule {
  static register(surroundings: Surroundings): DynamicModule {
    return {
      module: CliModule,
      imports: [AppModule.register(surroundings)],
      providers: [
        AuditCommand,
        AuditExportCommand,
        AuditVerifyCommand,
        ...campaignsCommands,
        ...evidenceCommands,
        ImportCommand,
        SampleCommand,
        LedgerCommand,
        ...limitsCommands,
        PlanCommand,
        ...ratesCommands,
        ReconcileCommand,
        RunCommand,
        ...sendingCommands,
        SimulateCommand,
        PreviewCommand,
        StatusCommand,
        ...suppressionsCommands,
        ...trackingCommands,
        WhyCommand,
        StaffCommand,
        StaffAddCommand,
        StaffDisableCommand,
        StaffResetPasswordCommand,
      ],
    };
  }
}

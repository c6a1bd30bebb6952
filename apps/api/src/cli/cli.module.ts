import { Module, type DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module.js';
import type { Surroundings } from '../platform/platform.module.js';
import { AuditCommand, AuditVerifyCommand } from './audit.command.js';
import {
  StaffAddCommand,
  StaffCommand,
  StaffDisableCommand,
  StaffResetPasswordCommand,
} from './staff.command.js';

/** The operator's commands, on the same features as the platform. */
@Module({})
export class CliModule {
  static register(surroundings: Surroundings): DynamicModule {
    return {
      module: CliModule,
      imports: [AppModule.register(surroundings)],
      providers: [
        AuditCommand,
        AuditVerifyCommand,
        StaffCommand,
        StaffAddCommand,
        StaffDisableCommand,
        StaffResetPasswordCommand,
      ],
    };
  }
}

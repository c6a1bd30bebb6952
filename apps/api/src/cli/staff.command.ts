import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { isEmailAddress } from '@aftercare/domain';
import { AccountsService } from '../features/accounts/accounts.service.js';
import { staffRoles, type StaffRole } from '../platform/auth/access.decorator.js';
import { CommandFailed, printJson, say } from './output.js';

const actor = 'command line';

@SubCommand({ name: 'add', description: 'Make an account for an employee, and show its password this once.' })
export class StaffAddCommand extends CommandRunner {
  constructor(private readonly accounts: AccountsService) {
    super();
  }

  async run(
    _arguments: string[],
    { email, name, role, json }: { email: string; name: string; role: StaffRole; json?: boolean },
  ): Promise<void> {
    const password = await this.accounts.addStaff({ email, name, role }, actor);
    if (json) printJson({ email, role, password });
    else say(`${email} may sign in as ${role}. The password, shown this once: ${password}`);
  }

  @Option({ flags: '--email <address>', description: 'What they sign in with.', required: true })
  parseEmail(value: string): string {
    if (!isEmailAddress(value)) throw new CommandFailed('bad_email', `"${value}" is not an e-mail address.`);
    return value;
  }

  @Option({ flags: '--name <name>', description: 'What they are called.', required: true })
  parseName(value: string): string {
    return value;
  }

  @Option({
    flags: '--role <role>',
    description: 'What they may do.',
    required: true,
  })
  parseRole(value: string): StaffRole {
    const role = staffRoles.find((each) => each === value);
    if (!role) throw new CommandFailed('bad_role', `"${value}" is no role. Roles: ${staffRoles.join(', ')}.`);
    return role;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'reset-password', description: 'Put a new password in place of a lost one.' })
export class StaffResetPasswordCommand extends CommandRunner {
  constructor(private readonly accounts: AccountsService) {
    super();
  }

  async run(_arguments: string[], { email, json }: { email: string; json?: boolean }): Promise<void> {
    const password = await this.accounts.resetPassword(email, actor);
    if (json) printJson({ email, password });
    else say(`The new password of ${email}, shown this once: ${password}`);
  }

  @Option({ flags: '--email <address>', description: 'Whose password.', required: true })
  parseEmail(value: string): string {
    return value;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'disable', description: 'Close an account and end its sessions.' })
export class StaffDisableCommand extends CommandRunner {
  constructor(private readonly accounts: AccountsService) {
    super();
  }

  async run(_arguments: string[], { email, json }: { email: string; json?: boolean }): Promise<void> {
    await this.accounts.disableStaff(email, actor);
    if (json) printJson({ email, disabled: true });
    else say(`${email} can no longer sign in.`);
  }

  @Option({ flags: '--email <address>', description: 'Whose account.', required: true })
  parseEmail(value: string): string {
    return value;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@Command({
  name: 'staff',
  description: 'Accounts of employees.',
  subCommands: [StaffAddCommand, StaffResetPasswordCommand, StaffDisableCommand],
})
export class StaffCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { AuditService } from '../platform/audit/audit.service.js';
import { printJson, say } from './output.js';

@SubCommand({ name: 'verify', description: 'Check that no entry of the audit log was changed or removed.' })
export class AuditVerifyCommand extends CommandRunner {
  constructor(private readonly audit: AuditService) {
    super();
  }

  async run(_arguments: string[], options: { json?: boolean }): Promise<void> {
    const result = await this.audit.verify();
    if (options.json) printJson(result);
    else if (result.valid) say(`All ${result.entries} entries are as they were written.`);
    else say(`Entry ${result.firstBad} is not as it was written.`);
    if (!result.valid) process.exitCode = 1;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@Command({ name: 'audit', description: 'The audit log.', subCommands: [AuditVerifyCommand] })
export class AuditCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

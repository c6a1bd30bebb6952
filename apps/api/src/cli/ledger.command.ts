import { Command, CommandRunner, Option } from 'nest-commander';
import { LedgerService } from '../features/deliveries/ledger.service.js';

@Command({ name: 'ledger', description: 'Write the delivery ledger to standard output, a line a row.' })
export class LedgerCommand extends CommandRunner {
  constructor(private readonly ledger: LedgerService) {
    super();
  }

  async run(_arguments: string[], options: { campaign?: string }): Promise<void> {
    await this.ledger.export(process.stdout, options.campaign ?? null);
  }

  @Option({ flags: '--campaign <key>', description: 'Only the rows of this campaign.' })
  parseCampaign(key: string): string {
    return key;
  }

  @Option({
    flags: '--format <format>',
    description: 'ndjson, the only one there is.',
    defaultValue: 'ndjson',
  })
  parseFormat(format: string): string {
    if (format === 'ndjson') return format;
    const message = `The ledger is written as ndjson, not as ${format}.`;
    return this.command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
  }
}

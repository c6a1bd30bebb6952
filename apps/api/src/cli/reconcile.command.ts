import { Command, CommandRunner, Option } from 'nest-commander';
import { LedgerService } from '../features/deliveries/ledger.service.js';
import { printJson, say } from './output.js';

@Command({
  name: 'reconcile',
  description: 'Account for every row of the ledger; exits 1 when it does not balance.',
})
export class ReconcileCommand extends CommandRunner {
  constructor(private readonly ledger: LedgerService) {
    super();
  }

  async run(_arguments: string[], options: { campaign?: string; json?: boolean }): Promise<void> {
    const account = await this.ledger.reconcile(options.campaign ?? null);
    if (options.json) {
      printJson(account);
    } else {
      for (const [state, count] of Object.entries(account.states)) say(`${state.padEnd(12)} ${count}`);
      for (const [reason, count] of Object.entries(account.suppressed))
        say(`  suppressed, ${reason}: ${count}`);
      say(
        `${account.planned} planned, ${account.open} open: ${account.balanced ? 'balanced' : 'NOT BALANCED'}`,
      );
    }
    if (!account.balanced) process.exitCode = 1;
  }

  @Option({ flags: '--campaign <key>', description: 'Only the rows of this campaign.' })
  parseCampaign(key: string): string {
    return key;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

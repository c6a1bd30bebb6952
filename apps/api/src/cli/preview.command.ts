import { Command, CommandRunner, Option } from 'nest-commander';
import { PreviewService } from '../features/simulation/preview.service.js';
import { mostDays } from '../features/simulation/simulation.types.js';
import { printJson, say } from './output.js';

@Command({
  name: 'preview',
  arguments: '<customer_id>',
  description: 'Show what one customer will get, and what will not reach them and why.',
})
export class PreviewCommand extends CommandRunner {
  constructor(private readonly previews: PreviewService) {
    super();
  }

  async run([customerId]: string[], { days, json }: { days: number; json?: boolean }): Promise<void> {
    const preview = await this.previews.preview(customerId!, days);
    if (json) return printJson(preview);
    for (const { date, campaign, step, outcome, text, because, policyId } of preview.items) {
      say(
        `${date}  ${outcome.padEnd(10)} ${campaign} ${step}: ${because}${policyId ? ` (${policyId})` : ''}`,
      );
      if (outcome !== 'sent') say(`            ${text}`);
    }
    say(`${preview.items.length} in ${days} days.`);
  }

  @Option({
    flags: '--days <n>',
    description: `How many days from today on, 1 to ${mostDays}.`,
    defaultValue: 365,
  })
  parseDays(text: string): number {
    const days = Number(text);
    if (Number.isInteger(days) && days >= 1 && days <= mostDays) return days;
    const message = `--days needs a whole number from 1 to ${mostDays}, not ${text}.`;
    return this.command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

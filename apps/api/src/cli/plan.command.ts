import { Command, CommandRunner, Option } from 'nest-commander';
import { Temporal } from 'temporal-polyfill';
import { PlannerService } from '../features/campaigns/planner.service.js';
import { Clock } from '../platform/clock/clock.js';
import { printJson, say } from './output.js';

@Command({ name: 'plan', description: 'Plan whatever is due, once, without sending.' })
export class PlanCommand extends CommandRunner {
  constructor(
    private readonly clock: Clock,
    private readonly planner: PlannerService,
  ) {
    super();
  }

  async run(_arguments: string[], options: { asOf?: Temporal.Instant; json?: boolean }): Promise<void> {
    const result = await this.planner.plan(options.asOf ?? this.clock.now());
    if (options.json) return printJson(result);
    const { planned, expired, heldOut, byCampaign } = result;
    say(`Planned ${planned}, held out ${heldOut}, expired ${expired}.`);
    for (const [key, counts] of Object.entries(byCampaign)) {
      say(`  ${key}: ${counts.planned} planned, ${counts.heldOut} held out, ${counts.expired} expired`);
    }
  }

  @Option({ flags: '--as-of <instant>', description: 'The moment to plan up to, instead of now.' })
  parseAsOf(text: string): Temporal.Instant {
    try {
      return Temporal.Instant.from(text);
    } catch {
      const message = `--as-of needs an instant like 2026-11-22T09:00:00Z, not ${text}.`;
      return this.command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
    }
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

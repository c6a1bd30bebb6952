import { Command, CommandRunner, Option } from 'nest-commander';
import type { Temporal } from 'temporal-polyfill';
import { PlannerService } from '../features/campaigns/planner.service.js';
import { Clock } from '../platform/clock/clock.js';
import { parseAsOf } from './as-of.js';
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
    return parseAsOf(text, this.command);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

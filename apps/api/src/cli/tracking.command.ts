import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import type { Temporal } from 'temporal-polyfill';
import { TrackingService } from '../features/tracking/tracking.service.js';
import { beforeDescription, parseBefore } from './before.js';
import { printJson, say } from './output.js';

const actor = 'command line';

@SubCommand({ name: 'forget', description: 'Delete the clicks and openings from before a moment, for good.' })
export class TrackingForgetCommand extends CommandRunner {
  constructor(private readonly tracking: TrackingService) {
    super();
  }

  async run(
    _arguments: string[],
    { before, json }: { before: Temporal.Instant; json?: boolean },
  ): Promise<void> {
    const forgotten = await this.tracking.forget(before, actor);
    if (json) printJson({ before: before.toString(), ...forgotten });
    else say(`${forgotten.clicks} clicks and ${forgotten.opens} openings are forgotten.`);
  }

  @Option({ flags: '--before <instant>', description: beforeDescription, required: true })
  parseBefore(text: string): Temporal.Instant {
    return parseBefore(text, this.command);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

const subCommands = [TrackingForgetCommand];

@Command({ name: 'tracking', description: 'What is known of how letters were used.', subCommands })
export class TrackingCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const trackingCommands = [TrackingCommand, ...subCommands];

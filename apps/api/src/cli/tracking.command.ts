import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { Temporal } from 'temporal-polyfill';
import { TrackingService } from '../features/tracking/tracking.service.js';
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

  @Option({
    flags: '--before <instant>',
    description: 'Like 2026-01-01T00:00:00Z, or a day, of which the beginning in UTC is meant.',
    required: true,
  })
  parseBefore(text: string): Temporal.Instant {
    try {
      return Temporal.Instant.from(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
    } catch {
      const message = `--before needs a day or an instant like 2026-01-01T00:00:00Z, not ${text}.`;
      return this.command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
    }
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

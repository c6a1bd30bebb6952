import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import type { Temporal } from 'temporal-polyfill';
import { ForgetEvidenceService } from '../features/inbound/forget-evidence.service.js';
import { beforeDescription, parseBefore } from './before.js';
import { printJson, say } from './output.js';

const actor = 'command line';

@SubCommand({
  name: 'forget',
  description: 'Delete the bounces, complaints and answers that came in before a moment, for good.',
})
export class EvidenceForgetCommand extends CommandRunner {
  constructor(private readonly evidence: ForgetEvidenceService) {
    super();
  }

  async run(
    _arguments: string[],
    { before, json }: { before: Temporal.Instant; json?: boolean },
  ): Promise<void> {
    const reports = await this.evidence.forget(before, actor);
    if (json) printJson({ before: before.toString(), reports });
    else say(`${reports} reports are forgotten.`);
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

const subCommands = [EvidenceForgetCommand];

@Command({ name: 'evidence', description: 'What was reported of letters after they were sent.', subCommands })
export class EvidenceCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const evidenceCommands = [EvidenceCommand, ...subCommands];

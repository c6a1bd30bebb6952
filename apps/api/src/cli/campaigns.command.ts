import { readFile } from 'node:fs/promises';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CampaignListService } from '../features/campaigns/campaign-list.service.js';
import { CampaignsService } from '../features/campaigns/campaigns.service.js';
import { CommandFailed, printJson, say } from './output.js';

const actor = 'command line';

@SubCommand({
  name: 'apply',
  arguments: '<file>',
  description: 'Take up a campaign file: a new version when its content has changed.',
})
export class CampaignsApplyCommand extends CommandRunner {
  constructor(private readonly campaigns: CampaignsService) {
    super();
  }

  async run([file]: string[], options: { activate?: boolean; json?: boolean }): Promise<void> {
    const applied = await this.campaigns.apply(await textOf(file!), {
      activate: options.activate ?? false,
      actor,
    });
    if (options.json) return printJson(applied);
    const { key, version, newVersion, state } = applied;
    say(
      `${key}: version ${version} ${newVersion ? 'is new' : 'has this content already'}; the campaign is ${state}.`,
    );
  }

  @Option({
    flags: '--activate',
    description: 'Let it run at once, without approval. The audit log says so.',
  })
  parseActivate(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'list', description: 'Every campaign, and how it stands.' })
export class CampaignsListCommand extends CommandRunner {
  constructor(private readonly list: CampaignListService) {
    super();
  }

  async run(_arguments: string[], options: { json?: boolean }): Promise<void> {
    const items = await this.list.all();
    if (options.json) return printJson({ items });
    for (const { key, state, activeVersion, version, name } of items) {
      say(`${key.padEnd(28)} ${state.padEnd(8)} version ${activeVersion ?? '-'} of ${version}  ${name}`);
    }
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'pause',
  arguments: '<key>',
  description: 'Plan and send nothing more of a campaign until it is resumed.',
})
export class CampaignsPauseCommand extends CommandRunner {
  constructor(private readonly campaigns: CampaignsService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const changed = await this.campaigns.pause(key!, actor);
    if (options.json) printJson(changed);
    else say(`${key} is paused.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({ name: 'resume', arguments: '<key>', description: 'Go on with a paused campaign.' })
export class CampaignsResumeCommand extends CommandRunner {
  constructor(private readonly campaigns: CampaignsService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const changed = await this.campaigns.resume(key!, actor);
    if (options.json) printJson(changed);
    else say(`${key} goes on.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'stop',
  arguments: '<key>',
  description: 'End a campaign and cancel what it has planned.',
})
export class CampaignsStopCommand extends CommandRunner {
  constructor(private readonly campaigns: CampaignsService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const stopped = await this.campaigns.stop(key!, actor);
    if (options.json) printJson(stopped);
    else say(`${key} is stopped; ${stopped.cancelled} planned messages were cancelled.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@Command({
  name: 'campaigns',
  description: 'Campaigns: take them up, list them, pause, resume and stop them.',
  subCommands: [
    CampaignsApplyCommand,
    CampaignsListCommand,
    CampaignsPauseCommand,
    CampaignsResumeCommand,
    CampaignsStopCommand,
  ],
})
export class CampaignsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

async function textOf(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new CommandFailed('file_unreadable', `${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandFailed('not_utf8', `${file} is not UTF-8 text.`);
  }
}

import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { CampaignsService } from '../features/campaigns/campaigns.service.js';
import { commandLine } from '../features/campaigns/campaigns.types.js';
import { DraftsService } from '../features/campaigns/drafts.service.js';
import { printJson, say } from './output.js';

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
    const changed = await this.campaigns.pause(key!, commandLine);
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
    const changed = await this.campaigns.resume(key!, commandLine);
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
    const stopped = await this.campaigns.stop(key!, commandLine);
    if (options.json) printJson(stopped);
    else say(`${key} is stopped; ${stopped.cancelled} planned messages were cancelled.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'archive',
  arguments: '<key>',
  description: 'Put a draft or a stopped campaign out of the way, for good.',
})
export class CampaignsArchiveCommand extends CommandRunner {
  constructor(private readonly campaigns: CampaignsService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const archived = await this.campaigns.archive(key!, commandLine);
    if (options.json) printJson(archived);
    else say(`${key} is archived.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'clone',
  arguments: '<key> <newKey>',
  description: 'Make a draft with the content of a campaign under another key.',
})
export class CampaignsCloneCommand extends CommandRunner {
  constructor(private readonly drafts: DraftsService) {
    super();
  }

  async run([key, newKey]: string[], options: { name?: string; json?: boolean }): Promise<void> {
    const written = await this.drafts.clone(key!, { key: newKey!, name: options.name }, commandLine);
    if (options.json) printJson(written);
    else say(`${newKey} is a draft with the content of ${key}.`);
  }

  @Option({ flags: '--name <name>', description: 'Its name; that of the original when left out.' })
  parseName(name: string): string {
    return name;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

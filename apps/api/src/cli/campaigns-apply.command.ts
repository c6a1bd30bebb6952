import { readFile } from 'node:fs/promises';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { CampaignsService } from '../features/campaigns/campaigns.service.js';
import { commandLine } from '../features/campaigns/campaigns.types.js';
import { CommandFailed, printJson, say } from './output.js';

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
      actor: commandLine,
    });
    for (const warning of applied.warnings) say(`Warning: ${warning}`);
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

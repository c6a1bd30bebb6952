import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { ApprovalViewsService } from '../features/campaigns/approval-views.service.js';
import { CampaignListService } from '../features/campaigns/campaign-list.service.js';
import { commandLine } from '../features/campaigns/campaigns.types.js';
import { printJson, say } from './output.js';

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

@SubCommand({ name: 'show', arguments: '<key>', description: 'One campaign: its state, steps and counts.' })
export class CampaignsShowCommand extends CommandRunner {
  constructor(private readonly list: CampaignListService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const campaign = await this.list.get(key!);
    if (options.json) return printJson(campaign);
    const { name, state, version, activeVersion, pausedReason, audienceText, counts } = campaign;
    say(`${name} (${key}) is ${state}; version ${activeVersion ?? '-'} of ${version} runs.`);
    if (pausedReason) say(pausedReason.text);
    say(`Audience: ${audienceText}`);
    for (const { step, offsetDays, at, channel, template, open, sent } of campaign.steps) {
      say(
        `  ${step.padEnd(20)} day ${offsetDays} at ${at}  ${channel} ${template}  ${open} open, ${sent} sent`,
      );
    }
    for (const [state, count] of Object.entries(counts)) say(`${state.padEnd(12)} ${count}`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'versions',
  arguments: '<key>',
  description: 'The versions of a campaign, newest first.',
})
export class CampaignsVersionsCommand extends CommandRunner {
  constructor(private readonly views: ApprovalViewsService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const versions = await this.views.versions(key!);
    if (options.json) return printJson(versions);
    for (const { version, state, running, createdBy, decidedBy, decision } of versions.items) {
      const by = `by ${createdBy.name}${decidedBy ? `, decided by ${decidedBy.name}` : ''}`;
      say(`${String(version).padStart(4)}  ${state.padEnd(9)} ${(running ?? '').padEnd(9)} ${by}`);
      if (decision) say(`      ${decision}`);
    }
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'diff',
  arguments: '<key>',
  description: 'What a version changes against the one that was approved last.',
})
export class CampaignsDiffCommand extends CommandRunner {
  constructor(private readonly views: ApprovalViewsService) {
    super();
  }

  async run([key]: string[], options: { version?: number; against?: number; json?: boolean }): Promise<void> {
    const detail = await this.views.version(key!, {
      version: options.version ?? null,
      against: options.against ?? null,
      viewer: { id: commandLine, decides: true },
    });
    if (options.json) return printJson(detail);
    const { version, against, changes, audience, problems } = detail;
    say(`Version ${version} ${against === null ? 'is the first' : `against version ${against}`}:`);
    for (const { group, path, kind, before, after, beforeText, afterText } of changes) {
      say(`${group}: ${path} ${kind}`);
      if (kind !== 'added') say(`  - ${beforeText ?? JSON.stringify(before)}`);
      if (kind !== 'removed') say(`  + ${afterText ?? JSON.stringify(after)}`);
    }
    say(`audience: ${audience.before ?? '-'} > ${audience.after}`);
    for (const { message } of problems) say(`Problem: ${message}`);
  }

  @Option({ flags: '--version <n>', description: 'The version; the latest when left out.' })
  parseVersion(text: string): number {
    return versionOf(text, this.command);
  }

  @Option({ flags: '--against <n>', description: 'The version to compare with.' })
  parseAgainst(text: string): number {
    return versionOf(text, this.command);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

function versionOf(text: string, command: CommandRunner['command']): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const message = `A version is a number from 1 on, not ${text}.`;
  return command.error(message, { code: 'commander.invalidArgument', exitCode: 2 });
}

import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { ApprovalService } from '../features/campaigns/approval.service.js';
import { commandLine } from '../features/campaigns/campaigns.types.js';
import { printJson, say } from './output.js';

@SubCommand({
  name: 'submit',
  arguments: '<key>',
  description: 'Pin the draft of a campaign and put it before those who decide.',
})
export class CampaignsSubmitCommand extends CommandRunner {
  constructor(private readonly approval: ApprovalService) {
    super();
  }

  async run([key]: string[], options: { json?: boolean }): Promise<void> {
    const changed = await this.approval.submit(key!, { actor: commandLine, seen: null });
    if (options.json) printJson(changed);
    else say(`Version ${changed.version} of ${key} waits for a decision.`);
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'approve',
  arguments: '<key>',
  description: 'Approve what was submitted and let it run. The audit log says that the command line did.',
})
export class CampaignsApproveCommand extends CommandRunner {
  constructor(private readonly approval: ApprovalService) {
    super();
  }

  async run(
    [key]: string[],
    options: { approveOnly?: boolean; moveRunning?: boolean; hash?: string; json?: boolean },
  ): Promise<void> {
    const activate = !(options.approveOnly ?? false);
    const changed = await this.approval.approve(key!, {
      actor: commandLine,
      seen: options.hash ?? null,
      activate,
      moveRunning: options.moveRunning ?? false,
    });
    if (options.json) printJson(changed);
    else say(`Version ${changed.version} of ${key} is approved${activate ? ' and runs' : ''}.`);
  }

  @Option({ flags: '--approve-only', description: 'Do not let it run yet; `campaigns activate` does.' })
  parseApproveOnly(): boolean {
    return true;
  }

  @Option({
    flags: '--move-running',
    description: 'Whoever has entered an older version goes on with this one.',
  })
  parseMoveRunning(): boolean {
    return true;
  }

  @Option({ flags: '--hash <hash>', description: 'Only the version of this content hash.' })
  parseHash(hash: string): string {
    return hash;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'return',
  arguments: '<key>',
  description: 'Give what was submitted back to those who wrote it.',
})
export class CampaignsReturnCommand extends CommandRunner {
  constructor(private readonly approval: ApprovalService) {
    super();
  }

  async run([key]: string[], { reason, json }: { reason: string; json?: boolean }): Promise<void> {
    const changed = await this.approval.giveBack(key!, { actor: commandLine, seen: null, reason });
    if (json) printJson(changed);
    else say(`Version ${changed.version} of ${key} is returned.`);
  }

  @Option({ flags: '--reason <reason>', required: true, description: 'Why, for those who wrote it.' })
  parseReason(reason: string): string {
    return reason;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

@SubCommand({
  name: 'activate',
  arguments: '<key>',
  description: 'Let an approved version run that does not yet, or not any more.',
})
export class CampaignsActivateCommand extends CommandRunner {
  constructor(private readonly approval: ApprovalService) {
    super();
  }

  async run([key]: string[], options: { moveRunning?: boolean; json?: boolean }): Promise<void> {
    const changed = await this.approval.activate(key!, {
      ...{ actor: commandLine, moveRunning: options.moveRunning ?? false },
    });
    if (options.json) printJson(changed);
    else say(`Version ${changed.version} of ${key} runs.`);
  }

  @Option({
    flags: '--move-running',
    description: 'Whoever has entered an older version goes on with this one.',
  })
  parseMoveRunning(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'Answer with one JSON document.' })
  parseJson(): boolean {
    return true;
  }
}

import { Command, CommandRunner } from 'nest-commander';
import { CampaignsApplyCommand } from './campaigns-apply.command.js';
import {
  CampaignsActivateCommand,
  CampaignsApproveCommand,
  CampaignsReturnCommand,
  CampaignsSubmitCommand,
} from './campaigns-approval.command.js';
import {
  CampaignsArchiveCommand,
  CampaignsCloneCommand,
  CampaignsPauseCommand,
  CampaignsResumeCommand,
  CampaignsStopCommand,
} from './campaigns-state.command.js';
import {
  CampaignsDiffCommand,
  CampaignsListCommand,
  CampaignsShowCommand,
  CampaignsVersionsCommand,
} from './campaigns-views.command.js';

const subCommands = [
  CampaignsApplyCommand,
  CampaignsListCommand,
  CampaignsShowCommand,
  CampaignsVersionsCommand,
  CampaignsDiffCommand,
  CampaignsSubmitCommand,
  CampaignsApproveCommand,
  CampaignsReturnCommand,
  CampaignsActivateCommand,
  CampaignsPauseCommand,
  CampaignsResumeCommand,
  CampaignsStopCommand,
  CampaignsCloneCommand,
  CampaignsArchiveCommand,
];

@Command({
  name: 'campaigns',
  description: 'Campaigns: from the file through approval to the archive.',
  subCommands,
})
export class CampaignsCommand extends CommandRunner {
  async run(): Promise<void> {
    this.command.help({ error: true });
  }
}

/** All that the command line must know of. */
export const campaignsCommands = [CampaignsCommand, ...subCommands];

import { Injectable } from '@nestjs/common';
import { finishesAt, moveCampaign } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { ActivationRepository, type Finishing } from './activation.repository.js';
import { CampaignsRepository } from './campaigns.repository.js';
import type { CampaignRow, VersionRow } from './campaigns.types.js';
import { changedTemplates } from './content-hash.js';

/** How a version takes over. */
export interface ActivationChoice {
  /** People who have entered an older version go on with the new one, instead of finishing the one they entered. */
  moveRunning: boolean;
  actor: string;
  /** How it came to be approved. */
  approval: 'granted' | 'skipped';
}

/** Lets an approved version of a campaign run. */
@Injectable()
export class ActivationService {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly repository: ActivationRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError `wrong_state` */
  async activate(
    tx: Tx,
    campaign: CampaignRow,
    { version, definition, contentHash }: Pick<VersionRow, 'version' | 'definition' | 'contentHash'>,
    { moveRunning, actor, approval }: ActivationChoice,
  ): Promise<void> {
    if (moveCampaign(campaign.state, 'activate') === null) {
      throw new ProblemError('wrong_state', 409, `The campaign ${campaign.key} is ${campaign.state}.`);
    }
    const now = this.clock.now();
    const running = await this.campaigns.runningVersions(tx, campaign.campaignId);
    const finishing = running
      .filter((other) => other.version !== version)
      .flatMap((other): Finishing[] => {
        // Letters that have changed since were not approved: nobody can go on with them.
        const goesOn =
          !moveRunning && changedTemplates(other.definition, other.templateVersions).length === 0;
        // One that is finishing already keeps its own end.
        if (goesOn && other.running === 'finishing') return [];
        const until = goesOn ? finishesAt(other.definition, now) : null;
        return [{ version: other.version, until: until && new Date(until.epochMilliseconds) }];
      });
    await this.repository.activate(tx, campaign.campaignId, {
      version,
      at: new Date(now.epochMilliseconds),
      // What fell due within the window before is late entry: it still goes out.
      plannedFrom: new Date(now.subtract({ hours: definition.catchUpHours }).epochMilliseconds),
      steps: definition.steps.map(({ key }) => key),
      keepWatermarks: campaign.state === 'active' || campaign.state === 'paused',
      finishing,
    });
    await this.audit.record(tx, {
      actor,
      action: 'campaign.activated',
      subject: `campaign:${campaign.key}`,
      detail: { version, contentHash, approval, ...(moveRunning ? { moveRunning } : {}) },
    });
  }
}

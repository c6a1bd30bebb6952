import { Injectable } from '@nestjs/common';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { CampaignViewsRepository } from './campaign-views.repository.js';
import { CampaignsRepository } from './campaigns.repository.js';
import type { CampaignRow } from './campaigns.types.js';
import { changedTemplates } from './content-hash.js';

/** Why a campaign is paused whose letters are not those that were approved. */
export const templateChanged = 'template_changed';

/**
 * Holds campaigns to the letters that were approved: a new release of Aftercare may bring other words and another look,
 * and nobody has decided on those.
 */
@Injectable()
export class TemplatePinsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: CampaignsRepository,
    private readonly views: CampaignViewsRepository,
    private readonly audit: AuditService,
  ) {}

  /** Pauses every active campaign with a running version whose templates have changed, and gives their keys. */
  async pauseChanged(): Promise<string[]> {
    const paused: string[] = [];
    for (const { key, state } of await this.views.list()) {
      if (state !== 'active') continue;
      if (await this.transactions.run((tx) => this.pauseIfChanged(tx, key))) paused.push(key);
    }
    return paused;
  }

  /** @throws ProblemError `template_changed` */
  async refuseChanged(tx: Tx, campaign: CampaignRow): Promise<void> {
    const changed = await this.changedOf(tx, campaign);
    if (changed.length > 0) throw changedProblem(changed);
  }

  private async pauseIfChanged(tx: Tx, key: string): Promise<boolean> {
    const campaign = await this.repository.findHeld(tx, key);
    if (campaign?.state !== 'active') return false;
    const changed = await this.changedOf(tx, campaign);
    if (changed.length === 0) return false;
    await this.repository.setState(tx, campaign.campaignId, 'paused', templateChanged);
    await this.audit.record(tx, {
      actor: 'system',
      action: 'campaign.paused',
      subject: `campaign:${key}`,
      detail: { reason: templateChanged, templates: changed },
    });
    return true;
  }

  private async changedOf(tx: Tx, { campaignId }: CampaignRow): Promise<string[]> {
    const running = await this.repository.runningVersions(tx, campaignId);
    const names = running.flatMap(({ definition, templateVersions }) =>
      changedTemplates(definition, templateVersions).map(({ name }) => name),
    );
    return [...new Set(names)].sort();
  }
}

/** What is to be done about templates that are not the approved ones, by their names. */
export function changedWords(templates: readonly string[]): string {
  return templates.length === 0
    ? 'Its letters had changed since they were approved; they are the approved ones again.'
    : `Its letters have changed since they were approved: ${templates.join(', ')}. Save it again and submit it.`;
}

/** A refusal for the templates that are not the approved ones. */
export function changedProblem(templates: readonly string[]): ProblemError {
  return new ProblemError(templateChanged, 409, changedWords(templates));
}

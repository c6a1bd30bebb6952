import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalCampaign, type Campaign } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Tx } from '../../platform/database/tx.js';
import { Transactions } from '../../platform/database/transactions.js';
import { ProblemError } from '../../platform/http/problem.js';
import { CampaignsRepository, type CampaignRow } from './campaigns.repository.js';
import type { CampaignState } from './campaigns.types.js';
import { readCampaignFile } from './read-campaign-file.js';
import { isPlannable } from './step-slots.js';

/** What applying a campaign file has come to. */
export interface AppliedCampaign {
  key: string;
  campaignId: string;
  /** The version that holds what the file says. */
  version: number;
  contentHash: string;
  /** False when the latest version had the same content already. */
  newVersion: boolean;
  state: CampaignState;
  activeVersion: number | null;
}

/** Takes up campaigns and starts, halts and ends them. Every change of what is sent is in the audit log. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: CampaignsRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes up a campaign file: a new version when its content differs from the latest one's. It waits as a draft
   * while the active version goes on, unless it is activated here, past the approval queue.
   * @throws ProblemError `not_json`, `campaign_invalid`, `trigger_not_supported`
   */
  apply(text: string, given: { activate: boolean; actor: string }): Promise<AppliedCampaign> {
    const definition = readCampaignFile(text);
    const contentHash = createHash('sha256').update(canonicalCampaign(definition)).digest('hex');
    if (given.activate && !isPlannable(definition)) {
      throw new ProblemError(
        'trigger_not_supported',
        409,
        `A campaign with the trigger "${definition.trigger.type}" can be kept as a draft, but it cannot run yet.`,
      );
    }
    return this.transactions.run(async (tx) => {
      const campaign = await this.repository.findOrCreateHeld(tx, definition.key, definition.name);
      const latest = await this.repository.contentHash(tx, campaign.campaignId, campaign.latestVersion);
      const newVersion = latest !== contentHash;
      const version = newVersion ? campaign.latestVersion + 1 : campaign.latestVersion;
      if (newVersion) {
        const added = { version, definition, contentHash, createdBy: given.actor };
        await this.repository.addVersion(tx, campaign.campaignId, added);
        await this.repository.setLatest(tx, campaign.campaignId, version);
      }
      if (given.activate)
        await this.activate(tx, campaign, { version, definition, contentHash, actor: given.actor });
      return {
        key: definition.key,
        campaignId: campaign.campaignId,
        version,
        contentHash,
        newVersion,
        state: given.activate ? 'active' : campaign.state,
        activeVersion: given.activate ? version : campaign.activeVersion,
      };
    });
  }

  /** Nothing more is planned or sent until it is resumed; what is planned waits, and expires when its time is over. */
  pause(key: string, actor: string): Promise<{ key: string; state: CampaignState }> {
    return this.change(key, actor, { from: ['active'], to: 'paused', action: 'campaign.paused' });
  }

  resume(key: string, actor: string): Promise<{ key: string; state: CampaignState }> {
    return this.change(key, actor, { from: ['paused'], to: 'active', action: 'campaign.resumed' });
  }

  /** Ends a campaign: what was planned and has not gone yet is cancelled. */
  stop(key: string, actor: string): Promise<{ key: string; state: CampaignState; cancelled: number }> {
    const at = new Date(this.clock.now().epochMilliseconds);
    return this.transactions.run(async (tx) => {
      const campaign = await this.getHeld(tx, key);
      const cancelled = await this.repository.cancelPlanned(tx, campaign.campaignId, at);
      if (campaign.state !== 'stopped') {
        await this.repository.setState(tx, campaign.campaignId, 'stopped');
        await this.audit.record(tx, {
          actor,
          action: 'campaign.stopped',
          subject: `campaign:${key}`,
          detail: { cancelled },
        });
      }
      return { key, state: 'stopped', cancelled };
    });
  }

  private change(
    key: string,
    actor: string,
    given: { from: CampaignState[]; to: CampaignState; action: string },
  ): Promise<{ key: string; state: CampaignState }> {
    return this.transactions.run(async (tx) => {
      const campaign = await this.getHeld(tx, key);
      if (campaign.state !== given.to) {
        if (!given.from.includes(campaign.state)) {
          throw new ProblemError('wrong_state', 409, `The campaign ${key} is ${campaign.state}.`);
        }
        await this.repository.setState(tx, campaign.campaignId, given.to);
        await this.audit.record(tx, { actor, action: given.action, subject: `campaign:${key}`, detail: {} });
      }
      return { key, state: given.to };
    });
  }

  private async getHeld(tx: Tx, key: string): Promise<CampaignRow> {
    const campaign = await this.repository.findHeld(tx, key);
    if (campaign === null)
      throw new ProblemError('not_found', 404, `There is no campaign with the key ${key}.`);
    return campaign;
  }

  private async activate(
    tx: Tx,
    campaign: CampaignRow,
    given: { version: number; definition: Campaign; contentHash: string; actor: string },
  ): Promise<void> {
    if (campaign.state === 'active' && campaign.activeVersion === given.version) return;
    const { version, definition, contentHash, actor } = given;
    const now = this.clock.now();
    await this.repository.activate(tx, campaign.campaignId, {
      version,
      at: new Date(now.epochMilliseconds),
      // What fell due within the window before is late entry: it still goes out.
      plannedFrom: new Date(now.subtract({ hours: definition.catchUpHours }).epochMilliseconds),
      steps: definition.steps.map(({ key }) => key),
      keepWatermarks: campaign.state === 'active' || campaign.state === 'paused',
    });
    await this.audit.record(tx, {
      actor,
      action: 'campaign.activated',
      subject: `campaign:${definition.key}`,
      detail: { version, contentHash, approval: 'skipped' },
    });
  }
}

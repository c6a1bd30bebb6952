import { Injectable } from '@nestjs/common';
import { moveCampaign, moveVersion, type CampaignAction, type CampaignState } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { ActivationRepository } from './activation.repository.js';
import { ActivationService } from './activation.service.js';
import { CampaignsRepository } from './campaigns.repository.js';
import type { CampaignRow } from './campaigns.types.js';
import { DraftsService } from './drafts.service.js';
import { readCampaignFile } from './read-campaign-file.js';
import { SubmissionService } from './submission.service.js';
import { TemplatePinsService } from './template-pins.service.js';

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
  /** What would keep it from being submitted; it runs all the same when it was activated past the queue. */
  warnings: string[];
}

export interface CampaignChanged {
  key: string;
  state: CampaignState;
}

/** Takes up campaign files, and halts and ends what runs. Every change is in the audit log. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: CampaignsRepository,
    private readonly drafts: DraftsService,
    private readonly activation: ActivationService,
    private readonly running: ActivationRepository,
    private readonly submission: SubmissionService,
    private readonly pins: TemplatePinsService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes up a campaign file: a new version when its content differs from the latest one's. It waits as a draft
   * while the active version goes on, unless it is activated here, past the approval queue.
   * @throws ProblemError `not_json`, `campaign_invalid`, `wrong_state`
   */
  apply(text: string, given: { activate: boolean; actor: string }): Promise<AppliedCampaign> {
    const { actor, activate } = given;
    const definition = readCampaignFile(text);
    const warnings = this.submission.problems(definition).map(({ message }) => message);
    return this.transactions.run(async (tx) => {
      const campaign =
        (await this.repository.create(tx, definition.key, definition.name)) ??
        (await this.drafts.getHeld(tx, definition.key));
      const { campaignId } = campaign;
      const written = await this.drafts.write(tx, campaign, definition, { actor, intoDraft: false });
      const { version, contentHash } = written;
      const isRunning = campaign.state === 'active' && campaign.activeVersion === version;
      if (activate && !isRunning) {
        await this.override(tx, campaignId, version, actor);
        const approved = { version, definition, contentHash };
        await this.activation.activate(tx, campaign, approved, {
          moveRunning: false,
          actor,
          approval: 'skipped',
        });
      }
      return {
        ...written,
        campaignId,
        state: activate ? 'active' : campaign.state,
        activeVersion: activate ? version : campaign.activeVersion,
        warnings,
      };
    });
  }

  /**
   * Nothing more is planned, and no message begun, until it is resumed; what is planned waits, and expires when its time
   * is over.
   */
  pause(key: string, actor: string): Promise<CampaignChanged> {
    return this.change(key, 'pause', (tx, campaign, state) =>
      this.moveTo(tx, campaign, state, 'paused', actor),
    );
  }

  /** @throws ProblemError `wrong_state`; `template_changed` while its letters are not the approved ones */
  resume(key: string, actor: string): Promise<CampaignChanged> {
    return this.change(key, 'resume', async (tx, campaign, state) => {
      await this.pins.refuseChanged(tx, campaign);
      await this.moveTo(tx, campaign, state, 'resumed', actor);
    });
  }

  /**
   * Ends a campaign: what was planned and has not gone yet is cancelled. It is paused first, so that no worker waits for a
   * row while a million of them are being cancelled.
   */
  async stop(key: string, actor: string): Promise<CampaignChanged & { cancelled: number }> {
    await this.transactions.run(async (tx) => {
      const campaign = await this.drafts.getHeld(tx, key);
      if (campaign.state === 'active') await this.moveTo(tx, campaign, 'paused', 'paused', actor);
    });
    const at = new Date(this.clock.now().epochMilliseconds);
    let cancelled = 0;
    const changed = await this.change(key, 'stop', async (tx, campaign, state) => {
      await this.running.end(tx, campaign.campaignId);
      cancelled = await this.running.cancelPlanned(tx, campaign.campaignId, at);
      await this.moveTo(tx, campaign, state, 'stopped', actor, { cancelled });
    });
    return { ...changed, cancelled };
  }

  /** Puts a campaign that is over out of the way, for good. */
  archive(key: string, actor: string): Promise<CampaignChanged> {
    return this.change(key, 'archive', (tx, campaign, state) =>
      this.moveTo(tx, campaign, state, 'archived', actor),
    );
  }

  private change(
    key: string,
    action: CampaignAction,
    work: (tx: Tx, campaign: CampaignRow, state: CampaignState) => Promise<void>,
  ): Promise<CampaignChanged> {
    return this.transactions.run(async (tx) => {
      const campaign = await this.drafts.getHeld(tx, key);
      const state = moveCampaign(campaign.state, action);
      if (state === null) {
        throw new ProblemError('wrong_state', 409, `The campaign ${key} is ${campaign.state}.`);
      }
      if (state !== campaign.state) await work(tx, campaign, state);
      return { key, state };
    });
  }

  private async moveTo(
    tx: Tx,
    { campaignId, key }: CampaignRow,
    state: CampaignState,
    done: string,
    actor: string,
    detail: Record<string, unknown> = {},
  ): Promise<void> {
    await this.repository.setState(tx, campaignId, state);
    await this.audit.record(tx, { actor, action: `campaign.${done}`, subject: `campaign:${key}`, detail });
  }

  /** Approves what nobody was asked about. */
  private async override(tx: Tx, campaignId: string, version: number, actor: string): Promise<void> {
    const { state } = (await this.repository.findVersion(tx, campaignId, version))!;
    if (state === 'approved') return;
    await this.repository.decide(tx, campaignId, version, {
      state: moveVersion(state, 'override')!.state,
      by: actor,
      at: new Date(this.clock.now().epochMilliseconds),
      decision: null,
    });
  }
}

import { Injectable } from '@nestjs/common';
import { authorsAfterEdit, moveVersion, type Campaign } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { notFound, ProblemError } from '../../platform/http/problem.js';
import { CampaignsRepository } from './campaigns.repository.js';
import type { CampaignRow, VersionRow } from './campaigns.types.js';
import { contentHash, installedTemplates } from './content-hash.js';
import { readCampaign } from './read-campaign-file.js';

/** The version that holds what was written. */
export interface WrittenVersion {
  key: string;
  version: number;
  contentHash: string;
  /** False when it was written into a draft, or said already what the latest version says. */
  newVersion: boolean;
}

/** Writes campaigns. Nothing of it runs: that takes an approval. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: CampaignsRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemError `campaign_invalid`, `key_taken` */
  create(input: unknown, actor: string): Promise<WrittenVersion> {
    const definition = readCampaign(input);
    return this.transactions.run((tx) => this.createIn(tx, definition, actor, {}));
  }

  /**
   * A draft of the same content under another key and name, from the version that is active, else the latest.
   * @throws ProblemError `not_found`, `campaign_invalid`, `key_taken`
   */
  clone(from: string, to: { key: string; name: string | undefined }, actor: string): Promise<WrittenVersion> {
    return this.transactions.run(async (tx) => {
      const campaign = await this.getHeld(tx, from);
      const version = campaign.activeVersion ?? campaign.latestVersion;
      const { definition } = (await this.repository.findVersion(tx, campaign.campaignId, version))!;
      const name = to.name ?? definition.name;
      const copy = readCampaign({ ...definition, key: to.key, name });
      return this.createIn(tx, copy, actor, { clonedFrom: from, clonedVersion: version });
    });
  }

  /**
   * Writes a campaign anew: into its draft, or into a new version when the latest one is pinned. Whatever was
   * approved stays approved, and does not reach the change.
   * @param base the content hash of what the writer saw, to refuse to write over what somebody else has written since
   * @throws ProblemError `not_found`, `campaign_invalid`, `wrong_state`, `draft_changed`
   */
  edit(key: string, input: unknown, given: { actor: string; base: string | null }): Promise<WrittenVersion> {
    const definition = readCampaign(input);
    if (definition.key !== key) {
      const message = `the key of a campaign stays as it is: ${key}`;
      throw new ProblemError('campaign_invalid', 400, `The campaign file cannot be used: key: ${message}`, [
        { path: 'key', code: 'key_changed', message },
      ]);
    }
    return this.transactions.run(async (tx) => {
      const campaign = await this.getHeld(tx, key);
      const latest = await this.repository.findVersion(tx, campaign.campaignId, campaign.latestVersion);
      if (given.base !== null && latest?.contentHash !== given.base) {
        throw new ProblemError(
          'draft_changed',
          409,
          'Somebody else has changed this campaign in the meantime. Read it again before you save.',
        );
      }
      return this.write(tx, campaign, definition, { actor: given.actor, intoDraft: true });
    });
  }

  /**
   * Writes content as the latest version, in the caller's transaction.
   * @param given.intoDraft false: a draft stays as it is and another one follows it
   */
  async write(
    tx: Tx,
    campaign: CampaignRow,
    definition: Campaign,
    {
      actor,
      intoDraft,
      detail = {},
    }: { actor: string; intoDraft: boolean; detail?: Record<string, unknown> },
  ): Promise<WrittenVersion> {
    const { campaignId, key, state, latestVersion } = campaign;
    if (state === 'archived') {
      throw new ProblemError(
        'wrong_state',
        409,
        `The campaign ${key} is archived. Clone it to go on with it.`,
      );
    }
    const latest = await this.repository.findVersion(tx, campaignId, latestVersion);
    const templateVersions = installedTemplates(definition);
    const hash = contentHash(definition, templateVersions);
    if (latest?.contentHash === hash) {
      return { key, version: latestVersion, contentHash: hash, newVersion: false };
    }
    const at = new Date(this.clock.now().epochMilliseconds);
    const content = {
      definition,
      contentHash: hash,
      templateVersions,
      authors: authorsAfterEdit(latest, actor),
    };
    const newVersion = !(intoDraft && latest?.state === 'draft');
    const version = newVersion ? latestVersion + 1 : latestVersion;
    if (newVersion) {
      if (latest !== null) await this.takeBack(tx, campaignId, latest, { actor, at, version });
      await this.repository.addVersion(tx, campaignId, { ...content, version, createdBy: actor, at });
    } else await this.repository.rewriteDraft(tx, campaignId, version, { ...content, at });
    await this.audit.record(tx, {
      actor,
      action: latest === null ? 'campaign.created' : 'campaign.edited',
      subject: `campaign:${key}`,
      detail: { version, contentHash: hash, ...detail },
    });
    return { key, version, contentHash: hash, newVersion };
  }

  /** @throws ProblemError `not_found` */
  async getHeld(tx: Tx, key: string): Promise<CampaignRow> {
    const campaign = await this.repository.findHeld(tx, key);
    if (campaign === null) throw notFound(`campaign as ${key}`);
    return campaign;
  }

  private async createIn(
    tx: Tx,
    definition: Campaign,
    actor: string,
    detail: Record<string, unknown>,
  ): Promise<WrittenVersion> {
    const campaign = await this.repository.create(tx, definition.key, definition.name);
    if (campaign === null) {
      throw new ProblemError('key_taken', 409, `There is a campaign with the key ${definition.key} already.`);
    }
    return this.write(tx, campaign, definition, { actor, intoDraft: true, detail });
  }

  /** What waits for a decision does so no more once there is something newer. */
  private async takeBack(
    tx: Tx,
    campaignId: string,
    latest: VersionRow,
    given: { actor: string; at: Date; version: number },
  ): Promise<void> {
    const state = moveVersion(latest.state, 'edit')!.state;
    if (state === latest.state) return;
    const decision = `Taken back: version ${given.version} follows it.`;
    await this.repository.decide(tx, campaignId, latest.version, {
      ...{ state, by: given.actor, at: given.at, decision },
    });
  }
}

import { Injectable } from '@nestjs/common';
import { mayDecide, moveVersion, type VersionState } from '@aftercare/domain';
import { AuditService } from '../../platform/audit/audit.service.js';
import { Clock } from '../../platform/clock/clock.js';
import { Transactions } from '../../platform/database/transactions.js';
import type { Tx } from '../../platform/database/tx.js';
import { ProblemError } from '../../platform/http/problem.js';
import { ActivationService } from './activation.service.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { commandLine, type CampaignRow, type VersionRow } from './campaigns.types.js';
import { changedTemplates, contentHash, installedTemplates } from './content-hash.js';
import { DraftsService } from './drafts.service.js';
import { readCampaign } from './read-campaign-file.js';
import { SubmissionService } from './submission.service.js';
import { changedProblem } from './template-pins.service.js';

/** A version after something was done to it. */
export interface VersionChanged {
  key: string;
  version: number;
  state: VersionState;
  contentHash: string;
  /** The version that runs, if any. */
  activeVersion: number | null;
}

/** What somebody decides on: the hash of what they saw. Null leaves it open, which only the command line may. */
type Seen = string | null;

/**
 * Four eyes: what one person wrote and submitted, another one approves or returns. Always about the latest version,
 * and bound to its content hash.
 */
@Injectable()
export class ApprovalService {
  constructor(
    private readonly transactions: Transactions,
    private readonly repository: CampaignsRepository,
    private readonly drafts: DraftsService,
    private readonly submission: SubmissionService,
    private readonly activation: ActivationService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /**
   * Pins the draft with the letters as they are installed, and puts it before those who decide.
   * @throws ProblemError `not_found`, `wrong_state`, `version_changed`, `campaign_invalid`, `campaign_not_ready`,
   *   `rule_pack_violated`
   */
  async submit(key: string, given: { actor: string; seen: Seen }): Promise<VersionChanged> {
    const [, draft] = await this.transactions.run((tx) => this.latest(tx, key, given.seen));
    moved(draft, 'submit');
    // Read once more: what was a valid campaign when it was written may be none for a newer release.
    const definition = readCampaign(draft.definition);
    // Making its letters takes seconds: the campaign is not held for that, the planner would wait.
    await this.submission.check(definition);
    return this.transactions.run(async (tx) => {
      const [campaign, version] = await this.latest(tx, key, draft.contentHash);
      const { state } = moved(version, 'submit');
      const templateVersions = installedTemplates(definition);
      const hash = contentHash(definition, templateVersions);
      await this.repository.submit(tx, campaign.campaignId, version.version, {
        ...{ contentHash: hash, templateVersions, by: given.actor, at: this.now() },
      });
      const pinned = { ...version, contentHash: hash };
      await this.record(tx, key, 'submitted', pinned, given.actor, { templates: templateVersions });
      return changed(campaign, pinned, state);
    });
  }

  /**
   * Approves what waits and, unless told otherwise, lets it run.
   * @throws ProblemError `not_found`, `wrong_state`, `version_changed`, `own_version`, `template_changed`
   */
  approve(
    key: string,
    given: { actor: string; seen: Seen; activate: boolean; moveRunning: boolean },
  ): Promise<VersionChanged> {
    const { actor, seen, activate, moveRunning } = given;
    return this.transactions.run(async (tx) => {
      const [campaign, version] = await this.latest(tx, key, seen);
      const { state } = moved(version, 'approve');
      refuseOwn(version, actor);
      refuseOtherLetters(version);
      await this.decide(tx, campaign, version, { state, actor, decision: null });
      await this.record(tx, key, 'approved', version, actor, { activate });
      if (activate)
        await this.activation.activate(tx, campaign, version, { moveRunning, actor, approval: 'granted' });
      return changed(activate ? { ...campaign, activeVersion: version.version } : campaign, version, state);
    });
  }

  /** Gives what waits back to those who wrote it, with the reason. */
  giveBack(key: string, given: { actor: string; seen: Seen; reason: string }): Promise<VersionChanged> {
    const { actor, seen, reason } = given;
    return this.transactions.run(async (tx) => {
      const [campaign, version] = await this.latest(tx, key, seen);
      const { state } = moved(version, 'return');
      refuseOwn(version, actor);
      await this.decide(tx, campaign, version, { state, actor, decision: reason });
      await this.record(tx, key, 'returned', version, actor, { reason });
      return changed(campaign, version, state);
    });
  }

  /** Lets a version run that was approved without being let run, or anew after a stop. */
  activate(key: string, given: { actor: string; moveRunning: boolean }): Promise<VersionChanged> {
    const { actor, moveRunning } = given;
    return this.transactions.run(async (tx) => {
      const [campaign, version] = await this.latest(tx, key, null);
      if (version.state !== 'approved') throw wrongState(version, 'be activated');
      refuseOtherLetters(version);
      const isRunning = campaign.state === 'active' && campaign.activeVersion === version.version;
      if (!isRunning) {
        await this.activation.activate(tx, campaign, version, { moveRunning, actor, approval: 'granted' });
      }
      return changed({ ...campaign, activeVersion: version.version }, version, version.state);
    });
  }

  private async latest(tx: Tx, key: string, seen: Seen): Promise<[CampaignRow, VersionRow]> {
    const campaign = await this.drafts.getHeld(tx, key);
    if (campaign.state === 'archived') {
      throw new ProblemError('wrong_state', 409, `The campaign ${key} is archived.`);
    }
    const version = (await this.repository.findVersion(tx, campaign.campaignId, campaign.latestVersion))!;
    if (seen !== null && seen !== version.contentHash) {
      throw new ProblemError(
        'version_changed',
        409,
        'The campaign has been changed since you looked at it. Look at the latest version before you decide.',
      );
    }
    return [campaign, version];
  }

  private decide(
    tx: Tx,
    { campaignId }: CampaignRow,
    { version }: VersionRow,
    given: { state: VersionState; actor: string; decision: string | null },
  ): Promise<void> {
    const { state, actor: by, decision } = given;
    return this.repository.decide(tx, campaignId, version, { state, by, at: this.now(), decision });
  }

  private record(
    tx: Tx,
    key: string,
    done: string,
    { version, contentHash: hash }: VersionRow,
    actor: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    return this.audit.record(tx, {
      actor,
      action: `campaign.${done}`,
      subject: `campaign:${key}`,
      detail: { version, contentHash: hash, ...detail },
    });
  }

  private now(): Date {
    return new Date(this.clock.now().epochMilliseconds);
  }
}

function moved(version: VersionRow, action: 'submit' | 'approve' | 'return'): { state: VersionState } {
  const move = moveVersion(version.state, action);
  if (move === null)
    throw wrongState(
      version,
      { submit: 'be submitted', approve: 'be approved', return: 'be returned' }[action],
    );
  return move;
}

const asItIs: Readonly<Record<VersionState, string>> = {
  draft: 'is a draft that nobody has submitted',
  submitted: 'waits for a decision',
  returned: 'was returned and has to be changed first',
  approved: 'is approved',
};

function wrongState({ version, state }: VersionRow, what: string): ProblemError {
  return new ProblemError('wrong_state', 409, `Version ${version} ${asItIs[state]}: it cannot ${what}.`);
}

function refuseOwn(version: VersionRow, actor: string): void {
  if (actor === commandLine || mayDecide(version, actor)) return;
  throw new ProblemError(
    'own_version',
    403,
    'You wrote or submitted this version yourself: somebody else has to decide on it.',
  );
}

/** What was submitted is pinned with the letters of that day: others are another content. */
function refuseOtherLetters({ definition, templateVersions }: VersionRow): void {
  const templates = changedTemplates(definition, templateVersions);
  if (templates.length > 0) throw changedProblem(templates.map(({ name }) => name));
}

function changed(
  { key, activeVersion }: Pick<CampaignRow, 'key' | 'activeVersion'>,
  { version, contentHash: hash }: VersionRow,
  state: VersionState,
): VersionChanged {
  return { key, version, state, contentHash: hash, activeVersion };
}

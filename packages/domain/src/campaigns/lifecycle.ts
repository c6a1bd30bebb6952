/** Where a version of a campaign stands. From `submitted` on, its content is pinned: another content is another version. */
export const versionStates = ['draft', 'submitted', 'returned', 'approved'] as const;
export type VersionState = (typeof versionStates)[number];

/**
 * What may be done to a version. `edit` asks for other content. `override` is an approval past the queue, which the
 * command line alone may give.
 */
export const versionActions = ['edit', 'submit', 'approve', 'return', 'override'] as const;
export type VersionAction = (typeof versionActions)[number];

/** What an action makes of a version, and whether the content goes into a new draft version of its own. */
export interface VersionMove {
  readonly state: VersionState;
  readonly newVersion: boolean;
}

const versionMoves: Readonly<Record<VersionState, Partial<Readonly<Record<VersionAction, VersionMove>>>>> = {
  draft: {
    edit: { state: 'draft', newVersion: false },
    submit: { state: 'submitted', newVersion: false },
    override: { state: 'approved', newVersion: false },
  },
  submitted: {
    // Whoever edits what waits for a decision takes it back: nobody shall approve what is no longer meant.
    edit: { state: 'returned', newVersion: true },
    approve: { state: 'approved', newVersion: false },
    return: { state: 'returned', newVersion: false },
    override: { state: 'approved', newVersion: false },
  },
  returned: {
    edit: { state: 'returned', newVersion: true },
    override: { state: 'approved', newVersion: false },
  },
  approved: {
    // It goes on as it was approved, if it runs; the approval does not reach what was changed.
    edit: { state: 'approved', newVersion: true },
    override: { state: 'approved', newVersion: false },
  },
};

/** What becomes of a version, or null when the action is not for a version that stands so. */
export function moveVersion(state: VersionState, action: VersionAction): VersionMove | null {
  return versionMoves[state][action] ?? null;
}

/**
 * Where a campaign stands. `draft`: nothing of it has ever run. `stopped`: what was planned is cancelled; only a new
 * activation revives it. `archived`: for good, out of the way.
 */
export const campaignStates = ['draft', 'active', 'paused', 'stopped', 'archived'] as const;
export type CampaignState = (typeof campaignStates)[number];

export const campaignActions = ['activate', 'pause', 'resume', 'stop', 'archive'] as const;
export type CampaignAction = (typeof campaignActions)[number];

// Doing again what is done already changes nothing and is no fault: two people may press the same button.
const campaignMoves: Readonly<
  Record<CampaignState, Partial<Readonly<Record<CampaignAction, CampaignState>>>>
> = {
  draft: { activate: 'active', archive: 'archived' },
  active: { activate: 'active', pause: 'paused', resume: 'active', stop: 'stopped' },
  paused: { activate: 'active', pause: 'paused', resume: 'active', stop: 'stopped' },
  stopped: { activate: 'active', stop: 'stopped', archive: 'archived' },
  archived: { archive: 'archived' },
};

/** Where an action brings a campaign, or null when it is not for a campaign that stands so. */
export function moveCampaign(state: CampaignState, action: CampaignAction): CampaignState | null {
  return campaignMoves[state][action] ?? null;
}

/** Who has to do with a version, by staff id. */
export interface VersionAuthors {
  /** Everybody whose words are in it that nobody else has approved yet. */
  readonly authors: readonly string[];
  readonly submittedBy: string | null;
}

/** Whether somebody may decide on a version: nobody on what they wrote or submitted themselves, whatever their role. */
export function mayDecide(version: VersionAuthors, who: string): boolean {
  return version.submittedBy !== who && !version.authors.includes(who);
}

/**
 * The authors of a version that somebody makes out of another one. Words stay their author's until somebody else has
 * approved them: who wrote what was returned cannot approve it once another has changed a comma.
 */
export function authorsAfterEdit(
  before: { state: VersionState; authors: readonly string[] } | null,
  editor: string,
): string[] {
  const kept = before === null || before.state === 'approved' ? [] : before.authors;
  return [...new Set([...kept, editor])];
}

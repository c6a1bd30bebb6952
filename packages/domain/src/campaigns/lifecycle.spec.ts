import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authorsAfterEdit,
  campaignActions,
  campaignStates,
  mayDecide,
  moveCampaign,
  moveVersion,
  versionActions,
  type CampaignState,
  type VersionState,
} from './lifecycle.js';

describe('moveVersion', () => {
  it.each<[VersionState, string]>([
    ['draft', 'edit draft, submit submitted, override approved'],
    ['submitted', 'edit returned + new, approve approved, return returned, override approved'],
    ['returned', 'edit returned + new, override approved'],
    ['approved', 'edit approved + new, override approved'],
  ])('%s: %s', (state, moves) => {
    const found = versionActions.flatMap((action) => {
      const move = moveVersion(state, action);
      return move === null ? [] : [`${action} ${move.state}${move.newVersion ? ' + new' : ''}`];
    });
    expect(found.join(', ')).toBe(moves);
  });

  /** A campaign's versions under a random history: their states, and what each says. */
  const history = fc.array(
    fc.record({ action: fc.constantFrom(...versionActions), words: fc.integer({ min: 0, max: 3 }) }),
    { maxLength: 30 },
  );

  it('never lets content be approved that was not submitted or overridden as it stands', () => {
    fc.assert(
      fc.property(history, (events) => {
        const versions: { state: VersionState; words: number; decided: number | null }[] = [
          { state: 'draft', words: 0, decided: null },
        ];
        for (const { action, words } of events) {
          const latest = versions.at(-1)!;
          const move = moveVersion(latest.state, action);
          if (move === null) continue;
          latest.state = move.state;
          if (action === 'edit') {
            if (move.newVersion) versions.push({ state: 'draft', words, decided: null });
            else latest.words = words;
          }
          if (action === 'approve' || action === 'override') latest.decided = latest.words;
        }
        for (const { state, words, decided } of versions) {
          expect(state === 'approved').toBe(decided !== null);
          if (state === 'approved') expect(words).toBe(decided);
        }
        // Only the newest can still be written in, submitted or decided on.
        expect(versions.slice(0, -1).every(({ state }) => state === 'returned' || state === 'approved')).toBe(
          true,
        );
      }),
      { numRuns: 3000 },
    );
  });
});

describe('moveCampaign', () => {
  it.each<[CampaignState, string]>([
    ['draft', 'activate active, archive archived'],
    ['active', 'activate active, pause paused, resume active, stop stopped'],
    ['paused', 'activate active, pause paused, resume active, stop stopped'],
    ['stopped', 'activate active, stop stopped, archive archived'],
    ['archived', 'archive archived'],
  ])('%s: %s', (state, moves) => {
    const found = campaignActions.flatMap((action) => {
      const next = moveCampaign(state, action);
      return next === null ? [] : [`${action} ${next}`];
    });
    expect(found.join(', ')).toBe(moves);
  });

  it('never goes back to a draft, never leaves the archive, and does the same thing twice without harm', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...campaignActions), { maxLength: 30 }), (actions) => {
        let state: CampaignState = 'draft';
        for (const action of actions) {
          const next = moveCampaign(state, action);
          if (next === null) continue;
          expect(next).not.toBe('draft');
          if (state === 'archived') expect(next).toBe('archived');
          expect(moveCampaign(next, action)).toBe(next);
          state = next;
        }
        expect(campaignStates).toContain(state);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('who may decide', () => {
  const people = ['ana', 'ben', 'cho'] as const;
  const person = fc.constantFrom(...people);

  it('is never anybody whose words nobody else has approved, however versions follow one another', () => {
    const event = fc.record({ who: person, action: fc.constantFrom(...versionActions) });
    fc.assert(
      fc.property(person, fc.array(event, { maxLength: 30 }), (first, events) => {
        let version = { state: 'draft' as VersionState, authors: authorsAfterEdit(null, first) };
        let submittedBy: string | null = null;
        // The law in its own words: who has written since an approval by somebody else.
        let writers = new Set<string>([first]);
        for (const { who, action } of events) {
          const decides = action === 'approve' || action === 'return';
          if (decides && !mayDecide({ authors: version.authors, submittedBy }, who)) {
            expect(writers.has(who) || submittedBy === who).toBe(true);
            continue;
          }
          const move = moveVersion(version.state, action);
          if (move === null) continue;
          if (decides) expect(writers.has(who)).toBe(false);
          if (action === 'edit') {
            const authors = authorsAfterEdit(version, who);
            if (version.state === 'approved') writers = new Set();
            writers.add(who);
            version = { state: 'draft', authors };
            submittedBy = null;
          } else {
            version = { ...version, state: move.state };
            if (action === 'submit') submittedBy = who;
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('names each author once', () => {
    expect(authorsAfterEdit({ state: 'returned', authors: ['ana', 'ben'] }, 'ana')).toEqual(['ana', 'ben']);
    expect(authorsAfterEdit({ state: 'approved', authors: ['ana', 'ben'] }, 'cho')).toEqual(['cho']);
  });
});

import { Injectable } from '@nestjs/common';
import { addDays, type Campaign, type WalkEvent } from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { notFound } from '../../platform/http/problem.js';
import type { Tx } from '../../platform/database/tx.js';
import { PlanAheadService, type AheadCampaign } from '../campaigns/plan-ahead.service.js';
import { AheadWalk } from './ahead-walk.js';
import { DueBatchesRepository, type DueSubject } from './due-batches.repository.js';
import { LimitsRepository } from './limits.repository.js';
import { PeopleRepository } from './people.repository.js';
import { because, inWords } from './preview-words.js';
import type { Preview, PreviewItem } from './preview.schemas.js';
import { SilenceRepository } from './silence.repository.js';
import { SnapshotRepository } from './snapshot.repository.js';

interface Planned {
  customer: number;
  item: Omit<PreviewItem, 'date' | 'outcome' | 'reason' | 'text' | 'putOff'>;
  events: WalkEvent[];
}

/** What one customer will get, by the same walk that looks at the whole book. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly clock: Clock,
    private readonly snapshot: SnapshotRepository,
    private readonly ahead: PlanAheadService,
    private readonly people: PeopleRepository,
    private readonly due: DueBatchesRepository,
    private readonly limits: LimitsRepository,
    private readonly silence: SilenceRepository,
  ) {}

  /**
   * What a customer gets in the days from today on, and what does not reach them and why. Those who share their address
   * are walked along, for they share its places.
   * @throws ProblemError not_found when the customer is not in the book
   */
  preview(customerId: string, days: number): Promise<Preview> {
    return this.snapshot.run({ wholeBook: false }, async (tx) => {
      const household = await this.people.household(tx, customerId);
      if (household.length === 0) throw notFound('customer');
      const from = this.clock.now().toString().slice(0, 10);
      const planned = await this.walk(tx, household, from, days);
      const own = planned.filter(({ customer }) => household[customer] === customerId);
      return {
        ...{ customerId, from, days },
        items: own.flatMap(shown).sort((a, b) => (a.date + a.dueAt < b.date + b.dueAt ? -1 : 1)),
      };
    });
  }

  private async walk(tx: Tx, household: readonly string[], from: string, days: number): Promise<Planned[]> {
    const people = await this.people.load(tx, household);
    const calendar = await this.ahead.calendar(tx, await this.people.zones(tx));
    const limits = await this.limits.load(tx, from);
    const campaigns = (await this.ahead.running(tx)).map((campaign) => restricted(campaign, household));
    const passes = campaigns.flatMap((campaign) =>
      this.ahead
        .passes(campaign.definition, calendar, { from, to: addDays(from, days - 1) })
        .map((pass) => ({ campaign, pass })),
    );
    const planned: Planned[] = [];
    const observe = (row: string, event: WalkEvent) => planned[Number(row)]!.events.push(event);
    const walk = new AheadWalk({ start: from, from, days, people, passes, limits, observe }, {});
    for (const contacts of await this.limits.earlier(tx, from)) walk.addEarlier(contacts);
    if (walk.waitsForSilence) {
      for (const silence of await this.silence.since(tx, calendar)) walk.addSilence(silence);
    }
    await walk.run(
      async (campaign, pass) => {
        const batches = await this.due.ofPass(tx, campaign, pass, true);
        return batches.map(({ subjects, ...batch }) => ({
          ...batch,
          rows: subjects!.map((subject, index) => {
            const { key, name, class: contactClass } = campaign.definition;
            const { step, variant } = pass;
            const item = {
              ...{ campaign: key, name, step: step.key, variant, class: contactClass },
              ...{ channel: step.channel, template: step.template },
              ...about(campaign.definition, step.offsetDays, subject),
              dueAt: new Date(batch.dueAt).toISOString(),
            };
            return String(planned.push({ customer: batch.people[index]!, item, events: [] }) - 1);
          }),
        }));
      },
      (silent) => this.silence.set(tx, silent),
    );
    return planned;
  }
}

function about(definition: Campaign, offsetDays: number, { policyId, anchorDate }: DueSubject) {
  return { policyId, anchorDate, because: because(definition, offsetDays, anchorDate) };
}

/** The same campaign for a few people alone, so that only they are looked for. */
function restricted(campaign: AheadCampaign, customerIds: readonly string[]): AheadCampaign {
  const { definition } = campaign;
  const audience: Campaign['audience'] = {
    all: [{ field: 'customer.id', op: 'in', value: customerIds }, definition.audience],
  };
  return { ...campaign, definition: { ...definition, audience } };
}

function shown({ item, events }: Planned): PreviewItem[] {
  const putOff = events.flatMap((event) =>
    event.kind === 'put_off'
      ? [{ at: iso(event.at), reason: event.reason as string, until: iso(event.until) }]
      : [],
  );
  const end = events.find((event) => event.kind === 'end');
  if (end !== undefined) return [{ ...item, date: end.date, ...inWords(end.ending), putOff }];
  const last = putOff.at(-1);
  // A row without any event was not planned: somebody who waits for silence heard of us first.
  if (last === undefined) return [];
  const text = `Put off to ${last.until}.`;
  return [{ ...item, date: last.until.slice(0, 10), outcome: 'waiting', reason: last.reason, text, putOff }];
}

function iso(moment: number): string {
  return new Date(moment).toISOString();
}

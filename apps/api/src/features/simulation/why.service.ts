import { Injectable } from '@nestjs/common';
import {
  addDays,
  anchorDates,
  evaluateRule,
  explainRule,
  gateReasons,
  laneOf,
  standingGate,
  type Campaign,
  type Explanation,
  type PlanCustomer,
  type PlanPolicy,
} from '@aftercare/domain';
import { Clock } from '../../platform/clock/clock.js';
import { notFound } from '../../platform/http/problem.js';
import { PeopleRepository } from './people.repository.js';
import { because } from './preview-words.js';
import { SnapshotRepository } from './snapshot.repository.js';
import { SubjectRepository } from './subject.repository.js';
import type { ExplanationNode, Why } from './why.schemas.js';

/** Dates this far back and ahead are told. */
const daysBack = 30;
const daysAhead = 400;

/** Why somebody is in a campaign, or out of it. */
@Injectable()
export class WhyService {
  constructor(
    private readonly clock: Clock,
    private readonly snapshot: SnapshotRepository,
    private readonly subjects: SubjectRepository,
    private readonly people: PeopleRepository,
  ) {}

  /**
   * The latest version of a campaign asked about one customer as of today: rule, dates and gate, in words.
   * @throws ProblemError not_found when there is no such campaign or customer
   */
  explain(key: string, customerId: string): Promise<Why> {
    return this.snapshot.run({ wholeBook: false }, async (tx) => {
      const campaign = await this.snapshot.findLatest(tx, key);
      if (campaign === null) throw notFound('campaign');
      const customer = await this.subjects.find(tx, customerId);
      if (customer === null) throw notFound('customer');
      const { definition, version } = campaign;
      const today = this.clock.now().toString().slice(0, 10);
      const subjects = subjectsOf(customer).map((policy) =>
        explainSubject(definition, customer, policy, today),
      );
      const people = await this.people.load(tx, [customerId]);
      const [first] = definition.steps;
      const lane = laneOf(definition, { ...first!, step: first!.key, variant: null });
      const doNotRenew =
        customer.policies.every(({ facts }) => facts.doNotRenew) && customer.policies.length > 0;
      const optedOut = people.optedOutOf(lane.topic)?.[0] === 1;
      const reason = standingGate(lane, people.standings[people.standing[0]!]!, {
        doNotRenew: definition.subject === 'policy' && doNotRenew,
        optedOut,
      });
      return {
        ...{ campaign: key, version, customerId, today, subjects },
        inAudience: subjects.some((subject) => subject.inAudience),
        gate: {
          allowed: reason === null,
          reason,
          text: reason === null ? 'Nothing about the customer keeps a message back.' : gateReasons[reason],
        },
      };
    });
  }
}

/** Each policy, or a customer who has none. */
function subjectsOf({ policies }: PlanCustomer): (PlanPolicy | null)[] {
  return policies.length === 0 ? [null] : [...policies];
}

function explainSubject(
  campaign: Campaign,
  customer: PlanCustomer,
  policy: PlanPolicy | null,
  today: string,
): Why['subjects'][number] {
  const subject = { customer: customer.facts, policy: policy?.facts ?? null };
  const about = campaign.subject === 'policy' ? policy : null;
  const anchors = anchorDates(
    campaign,
    customer,
    about,
    addDays(today, -daysBack),
    addDays(today, daysAhead),
  );
  const hasSubject = campaign.subject === 'customer' || policy !== null;
  return {
    policyId: policy?.facts.id ?? null,
    inAudience: hasSubject && evaluateRule(campaign.audience, subject, today),
    audience: node(explainRule(campaign.audience, subject, today)),
    exit: campaign.exitWhen === null ? null : node(explainRule(campaign.exitWhen, subject, today)),
    dates: anchors.flatMap((anchorDate) =>
      campaign.steps.map(({ key, offsetDays }) => ({
        step: key,
        date: addDays(anchorDate, offsetDays),
        because: because(campaign, offsetDays, anchorDate),
      })),
    ),
    conditions: campaign.steps.flatMap(({ key, when }) =>
      when === null ? [] : [{ step: key, explanation: node(explainRule(when, subject, today)) }],
    ),
  };
}

function node({ matched, text, parts }: Explanation): ExplanationNode {
  return { matched, text, parts: parts.map(node) };
}

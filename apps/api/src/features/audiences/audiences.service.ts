import { Injectable } from '@nestjs/common';
import type { CampaignSubject, Rule } from '@aftercare/domain';
import type { RuleScope, SqlParameters } from './audiences.types.js';
import { compileCustomerRule, compileRule } from './compile-rule.js';
import { describeRule } from './describe-rule.js';
import { subjectHistory } from './subject-history.js';

/** Who is in: the domain's rules, asked of the database. */
@Injectable()
export class AudiencesService {
  /**
   * A rule as an SQL condition over rows of `customers` and, when the subject is a policy, `policies`. It is true
   * of exactly the rows that the domain's evaluator lets in; of the others it is false or unknown, so it belongs
   * in WHERE or before IS TRUE. Its values go to `parameters`.
   */
  condition(subject: CampaignSubject, rule: Rule, scope: RuleScope, parameters: SqlParameters): string {
    return subject === 'policy'
      ? compileRule(rule, scope, parameters)
      : compileCustomerRule(rule, scope, parameters);
  }

  /**
   * What has happened to a customer, and when we were last in touch, as SQL of two JSON values: the domain's
   * `PlanCustomer.events` and `lastContactOn`. `customer` is what the statement calls a row of `customers`.
   */
  history(customer: string): { events: string; lastContactOn: string } {
    return subjectHistory(customer);
  }

  /** A rule in plain English, for the desk. */
  describe(rule: Rule): string {
    return describeRule(rule);
  }
}

/** The names a statement has given to the rows a rule is asked about, and its SQL for their local date. */
export interface RuleScope {
  readonly customer: string;
  /** null: the customer is asked about without a policy, and every field of a policy is missing. */
  readonly policy: string | null;
  readonly today: string;
}

/** The values of one statement. Whatever comes from a campaign file or a request enters SQL here and nowhere else. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** Adds a value and gives its placeholder, cast to a PostgreSQL type: `$3::bigint`. */
  add(value: unknown, type: string): string {
    return `$${this.values.push(value)}::${type}`;
  }
}

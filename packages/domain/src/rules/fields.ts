import { lines, paymentModes, policyStatuses } from '../policy/policy.js';

export type FieldType = 'text' | 'choice' | 'integer' | 'money' | 'number' | 'boolean' | 'date' | 'list';

/** A field that rules may ask about. The evaluator reads it from facts, the SQL compiler from columns. */
export interface Field {
  readonly type: FieldType;
  /** Whether the value may be missing. */
  readonly nullable: boolean;
  /** In the words of the desk, to follow "the". */
  readonly label: string;
  /** The values of a choice, and of the members of a list. */
  readonly choices?: readonly string[];
}

/**
 * The catalogue. `integer` and `money` (minor units) are whole numbers, `number` is floating point, `text` may
 * hold anything, `date` is a calendar date, `list` is a set of words.
 */
export const fields = {
  'policy.id': { type: 'text', nullable: false, label: 'policy number' },
  'policy.line': { type: 'choice', nullable: false, label: 'line', choices: lines },
  'policy.product': { type: 'text', nullable: true, label: 'product' },
  'policy.status': { type: 'choice', nullable: false, label: 'policy status', choices: policyStatuses },
  'policy.startDate': { type: 'date', nullable: false, label: 'start date' },
  'policy.renewalDate': { type: 'date', nullable: true, label: 'renewal date' },
  'policy.endDate': { type: 'date', nullable: true, label: 'end date' },
  'policy.premiumMinor': { type: 'money', nullable: true, label: 'premium' },
  'policy.previousPremiumMinor': { type: 'money', nullable: true, label: 'previous premium' },
  'policy.premiumChangePercent': { type: 'number', nullable: true, label: 'premium change in percent' },
  'policy.currency': { type: 'text', nullable: true, label: 'currency' },
  'policy.paymentMode': { type: 'choice', nullable: true, label: 'payment mode', choices: paymentModes },
  'policy.sumInsuredMinor': { type: 'money', nullable: true, label: 'sum insured' },
  'policy.doNotRenew': { type: 'boolean', nullable: false, label: 'do-not-renew flag' },
  'policy.timeZone': { type: 'text', nullable: true, label: "policy's time zone" },
  'policy.termNumber': { type: 'integer', nullable: false, label: 'term number' },
  'policy.statusSince': { type: 'date', nullable: true, label: 'date of the present status' },
  'policy.graceEndsOn': { type: 'date', nullable: true, label: 'last day of grace' },
  'policy.renewed': { type: 'boolean', nullable: false, label: 'renewal of this term' },
  'policy.hasOverdueInstalment': { type: 'boolean', nullable: false, label: 'overdue instalment' },
  'customer.id': { type: 'text', nullable: false, label: 'customer number' },
  'customer.givenName': { type: 'text', nullable: true, label: 'given name' },
  'customer.familyName': { type: 'text', nullable: true, label: 'family name' },
  'customer.email': { type: 'text', nullable: true, label: 'e-mail address' },
  'customer.phone': { type: 'text', nullable: true, label: 'telephone number' },
  'customer.birthDate': { type: 'date', nullable: true, label: 'date of birth' },
  'customer.age': { type: 'integer', nullable: true, label: 'age' },
  'customer.locale': { type: 'text', nullable: true, label: 'language' },
  'customer.timeZone': { type: 'text', nullable: true, label: "customer's time zone" },
  'customer.region': { type: 'text', nullable: true, label: 'region' },
  'customer.postalCode': { type: 'text', nullable: true, label: 'postal code' },
  'customer.agentId': { type: 'text', nullable: true, label: 'agent' },
  'customer.marketingConsent': { type: 'boolean', nullable: false, label: 'consent to marketing' },
  'customer.hasOpenComplaint': { type: 'boolean', nullable: false, label: 'open complaint' },
  'customer.isDeceased': { type: 'boolean', nullable: false, label: 'report of death' },
  'customer.policyCount': { type: 'integer', nullable: false, label: 'number of live policies' },
  'customer.lines': { type: 'list', nullable: false, label: 'lines held', choices: lines },
} as const satisfies Record<`${'policy' | 'customer'}.${string}`, Field>;

export type FieldName = keyof typeof fields;

export const fieldNames = Object.keys(fields) as readonly FieldName[];

/** The entry of the catalogue for a name, seen as any entry. */
export function fieldOf(name: FieldName): Field {
  return fields[name];
}

export const operators = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'in',
  'notIn',
  'contains',
  'startsWith',
  'exists',
  'within',
] as const;
export type Operator = (typeof operators)[number];

const ordered = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', 'in', 'notIn', 'exists'] as const;

/** Which operators make sense of which type. */
export const operatorsByType: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: ['eq', 'ne', 'in', 'notIn', 'contains', 'startsWith', 'exists'],
  choice: ['eq', 'ne', 'in', 'notIn', 'exists'],
  integer: ordered,
  money: ordered,
  number: ordered,
  boolean: ['eq', 'ne', 'exists'],
  date: [...ordered, 'within'],
  list: ['contains', 'exists'],
};

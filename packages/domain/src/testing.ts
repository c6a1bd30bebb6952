/** The door for tests, `@aftercare/domain/testing`: random books, rules and campaigns for fast-check. */
export {
  amountArbitrary,
  dateArbitrary,
  momentArbitrary,
  textArbitrary,
  zoneArbitrary,
} from './testing/values.js';
export {
  bookArbitrary,
  customerArbitrary,
  numbered,
  policyArbitrary,
  subjectArbitrary,
} from './testing/books.js';
export { campaignArbitrary } from './testing/campaigns.js';
export { leafArbitrary, ruleArbitrary } from './testing/rules.js';

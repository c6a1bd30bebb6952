/** The door for tests, `@aftercare/domain/testing`: random books, rules and campaigns for fast-check. */
export { amountArbitrary, dateArbitrary, textArbitrary, zoneArbitrary } from './testing/values.js';
export { bookArbitrary, customerArbitrary, policyArbitrary, subjectArbitrary } from './testing/books.js';
export { campaignArbitrary, leafArbitrary, ruleArbitrary } from './testing/campaigns.js';

/**
 * Every decision Aftercare makes: what a file's row says, who is in an audience, when a message is due, whether it may
 * go, how its delivery ends. Pure: time and chance are arguments. Civil dates are texts, YYYY-MM-DD, and sort as dates
 * do; moments are `Temporal.Instant`s.
 */
export { lines, paymentModes, policyStatuses } from './policy/policy.js';
export type { Line, PaymentMode, PolicyStatus } from './policy/policy.js';
export { policyTransition, policyTransitions } from './policy/transitions.js';
export type { PolicyTransition, PolicyTransitionName } from './policy/transitions.js';
export { isRenewal, newTermAfterDays } from './policy/terms.js';

export { eventLabels, eventTypes, importedEventTypes, internalEventTypes } from './events/event-types.js';
export type { EventType, ImportedEventType } from './events/event-types.js';

export { importColumns, importKinds, requiredColumns } from './imports/columns.js';
export type {
  CustomerRow,
  EventRow,
  ImportKind,
  ImportRows,
  InstalmentRow,
  PolicyRow,
} from './imports/columns.js';
export { importCodes } from './imports/cell-problem.js';
export type { ImportCode } from './imports/cell-problem.js';
export { parseImportRow, unknownColumnMessage } from './imports/parse-row.js';
export type { ImportIssue, ImportResult } from './imports/parse-row.js';

export type { CivilDateProblem } from './time/civil-date.js';
export { addDays, civilDateProblem, daysBetween, isCivilDate } from './time/civil-date.js';
export { dueInstant, slotsDue } from './time/slots.js';
export type { Slot } from './time/slots.js';
export { localDay, localTime, offsetStretches } from './time/local-day.js';
export type { LocalTime, OffsetStretch } from './time/local-day.js';
export { recurrenceDays, recurrenceProblem } from './time/recurrence.js';
export { ageOn, birthdayKeys, yearlyOccurrence, yearlyOccurrences } from './time/yearly.js';
export { foldCase } from './text/fold-case.js';
export { isTimeZone } from './time/zones.js';

export { fieldNames, fieldOf, fields, operators, operatorsByType } from './rules/fields.js';
export type { Field, FieldName, FieldType, Operator } from './rules/fields.js';
export { readField } from './rules/facts.js';
export type { CustomerFacts, FactValue, PolicyFacts, Subject } from './rules/facts.js';
export { ruleSchema } from './rules/rule.js';
export type { Leaf, LeafValue, Rule, Scalar } from './rules/rule.js';
export { evaluateRule } from './rules/evaluate.js';
export { explainRule } from './rules/explain.js';
export type { Explanation } from './rules/explain.js';

export { campaignSchema } from './campaigns/campaign.js';
export type { Campaign, Merge, Tracking, Trigger } from './campaigns/campaign.js';
export { channels, taskTemplate } from './campaigns/step.js';
export type { Channel, Step, Variant } from './campaigns/step.js';
export { campaignChanges, changeGroups } from './campaigns/changes.js';
export type { CampaignChange, ChangeGroup } from './campaigns/changes.js';
export { finishesAt } from './campaigns/finishing.js';
export {
  authorsAfterEdit,
  campaignStates,
  mayDecide,
  moveCampaign,
  moveVersion,
  versionStates,
} from './campaigns/lifecycle.js';
export type {
  CampaignAction,
  CampaignState,
  VersionAction,
  VersionAuthors,
  VersionMove,
  VersionState,
} from './campaigns/lifecycle.js';
export { usedTemplates } from './campaigns/used-templates.js';
export { canonicalCampaign } from './campaigns/canonical.js';
export { parseOnceAt } from './campaigns/parts.js';
export type { OnceAt } from './campaigns/parts.js';
export {
  contactEvents,
  dateTriggerFields,
  isStatusEvent,
  statusEvents,
  topicsOfNecessity,
  triggerEvents,
} from './campaigns/triggers.js';
export type {
  CampaignSubject,
  DateTriggerField,
  DateTriggerFieldName,
  StatusEvent,
  TriggerEvent,
} from './campaigns/triggers.js';

export { coolingOffEndsOn, graceEndsOn, reinstatementEndsOn } from './rule-packs/policy-clocks.js';
export {
  claimClocks,
  complaintClocks,
  contactHours,
  noticeWindows,
  requiredContent,
} from './rule-packs/contact-rules.js';
export { shopAroundWording } from './rule-packs/shop-around.js';
export { contentMarks } from './rule-packs/rule-pack.js';
export type {
  Clock,
  Confidence,
  ContactHours,
  ContentMark,
  FoundRule,
  NoticeWindow,
  Purpose,
  RequiredContent,
} from './rule-packs/rule-pack.js';
export { checkAgainstPacks } from './rule-packs/check-campaign.js';
export type { PackViolation } from './rule-packs/check-campaign.js';

export { contactClasses } from './contact/classes.js';
export type { ContactClass } from './contact/classes.js';
export { acceptImportedConsent, everyTopic, mayContact } from './contact/consent.js';
export type { ConsentDecision, ConsentState, TopicConsent } from './contact/consent.js';
export { isEmailAddress } from './contact/email-address.js';
export { anyHour, contactTime, hoursOfContact, instantOn, lastContactDay } from './contact/contact-time.js';
export type { ContactTiming, TimeDecision } from './contact/contact-time.js';
export { placeContacts } from './contact/places.js';
export type { ContactCap, PlaceCandidate, Placement, TakenPlace } from './contact/places.js';
export { contactGate } from './contact/gate.js';
export type { ContactPlace, GateDecision, GateFacts } from './contact/gate.js';
export { deferringReasons, gateReasons } from './contact/gate-reasons.js';
export type { GateReason } from './contact/gate-reasons.js';

export {
  experimentKey,
  globalHoldoutKey,
  holdoutKey,
  holdoutPoint,
  isHeldOut,
  variantRanges,
} from './planning/holdout.js';
export { anchorIdentity, ledgerIdentity, planReference } from './planning/plan-reference.js';
export { anchorDates } from './planning/anchors.js';
export type { PlanCustomer, PlanEvent, PlanPolicy } from './planning/anchors.js';
export type { PlanInput, PlannedRow } from './planning/plan-reference.js';

export {
  deliveryStates,
  deliveryTransitions,
  firstStates,
  isTerminal,
  mayFollow,
  openStates,
  terminalStates,
} from './ledger/states.js';
export type { DeliveryState, TerminalState } from './ledger/states.js';
export { reconcile } from './ledger/reconcile.js';
export type { LedgerCounts, Reconciliation } from './ledger/reconcile.js';

export { agentClass, agentClasses, openedByMachine } from './engagement/agent-class.js';
export type { AgentClass } from './engagement/agent-class.js';
export { burstMs, classifyClicks, clickRequests, machineReasons } from './engagement/classify-clicks.js';
export type { Click, ClickRequest, MachineReason } from './engagement/classify-clicks.js';
export { outcomeDays, outcomeKinds, outcomeOfEvent, outcomesOf } from './engagement/outcomes.js';
export type { OutcomeKind } from './engagement/outcomes.js';

export { isCurrency, minorUnitDigits } from './money/money.js';
export type { Money } from './money/money.js';

export { ContactWalk } from './simulation/walk.js';
export type { WalkEvent, WalkInput } from './simulation/walk.js';
export { laneOf } from './simulation/lane.js';
export { standingGate } from './simulation/standing-gate.js';
export type { Batch, Lane, PlannedOutcome } from './simulation/lane.js';
export { dateOfDay, dayNumber } from './simulation/local-time.js';
export type { RegionTiming } from './simulation/local-time.js';
export type { Clash, PlaceLimits } from './simulation/letters.js';
export { People } from './simulation/people.js';
export type { Standing } from './simulation/people.js';
export type { Ending } from './simulation/tally.js';

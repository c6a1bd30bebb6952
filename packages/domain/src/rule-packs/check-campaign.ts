import type { Campaign } from '../campaigns/campaign.js';
import type { Step } from '../campaigns/step.js';
import { lines, type Line } from '../policy/policy.js';
import { daysBetween } from '../time/civil-date.js';
import { purposeOf } from './campaign-purpose.js';
import { contactHours, noticeWindows, requiredContent } from './contact-rules.js';
import { packs } from './packs.js';
import { graceEndsOn } from './policy-clocks.js';
import { linesReached } from './reach.js';
import type { FoundRule, NoticeWindow, Purpose } from './rule-pack.js';

/** A rule that a campaign would break. */
export interface PackViolation {
  readonly code: 'content_missing' | 'notice_not_in_window' | 'outside_contact_hours';
  readonly jurisdiction: string;
  /** The lines it is about; empty when it is about all. */
  readonly lines: readonly Line[];
  /** The step that breaks it; null when a step is missing. */
  readonly step: string | null;
  /** What is wrong, in a sentence that names the rule. */
  readonly message: string;
  readonly rule: { readonly source: string; readonly from: string; readonly confidence: 'H' | 'M' | 'L' };
}

type ContentOf = (template: string) => readonly string[];

/**
 * The rules of the jurisdictions a campaign may reach that it would break; none when it may be submitted.
 *
 * A letter of class legal or service about a renewal, a payment or a grace period has to say what the rules ask. A
 * legal one has to go within the windows of statutory notices, by the way they demand, and within contact hours. An
 * audience that does not speak of regions may reach all of them.
 *
 * @param contentOf the content marks that a template carries
 * @param on the day whose rules count; the newest when left out
 */
export function checkAgainstPacks(campaign: Campaign, contentOf: ContentOf, on?: string): PackViolation[] {
  if (campaign.class === 'marketing') return [];
  const purpose = purposeOf(campaign);
  return Object.keys(packs).flatMap((jurisdiction) => [
    ...(purpose === null ? [] : missingContent(campaign, purpose, jurisdiction, contentOf, on)),
    ...(purpose === null || campaign.class !== 'legal'
      ? []
      : missedWindows(campaign, purpose, jurisdiction, on)),
    ...(campaign.class === 'legal' ? outsideHours(campaign, jurisdiction, on) : []),
  ]);
}

function missingContent(
  campaign: Campaign,
  purpose: Purpose,
  jurisdiction: string,
  contentOf: ContentOf,
  on: string | undefined,
): PackViolation[] {
  const rules = byRule((line) => requiredContent(line, jurisdiction, purpose, on), jurisdiction);
  const letters = campaign.steps.filter(
    ({ channel, offsetDays }) =>
      // After the renewal date it is a reminder that the renewal has not come, and no renewal notice any more.
      channel === 'email' && (purpose !== 'renewal' || offsetDays <= 0),
  );
  return rules.flatMap(([rule, about]) =>
    letters.flatMap((step) => {
      const reached = stepLines(campaign, step, jurisdiction, about);
      if (reached.length === 0) return [];
      return templatesOf(campaign, step).flatMap((template) => {
        const carried = contentOf(template);
        const missing = rule.value.marks.filter((mark) => !carried.includes(mark));
        if (missing.length === 0) return [];
        const what = missing.map((mark) => mark.replaceAll('_', ' ')).join(', ');
        const message = `The template ${template} of the step ${step.key} lacks what ${rule.source} asks for in ${jurisdiction} (${reached.join(', ')}): ${what}.`;
        return [violation('content_missing', rule, reached, step.key, message)];
      });
    }),
  );
}

function missedWindows(
  campaign: Campaign,
  purpose: Purpose,
  jurisdiction: string,
  on: string | undefined,
): PackViolation[] {
  return byRule((line) => noticeWindows(line, jurisdiction, on), jurisdiction).flatMap(([rule, about]) => {
    if (!rule.value.purposes.includes(purpose)) return [];
    const missed = linesReached(campaign.audience, jurisdiction, about).filter(
      (line) => !campaign.steps.some((step) => keepsWindow(campaign, step, line, rule, on)),
    );
    if (missed.length === 0) return [];
    const message = `${rule.source} asks in ${jurisdiction} (${missed.join(', ')}) for a notice to ${rule.value.to} ${inWords(rule.value)}; no step gives it.`;
    return [violation('notice_not_in_window', rule, missed, null, message)];
  });
}

function keepsWindow(
  campaign: Campaign,
  step: Step,
  line: Line,
  { value, jurisdiction }: FoundRule<NoticeWindow>,
  on: string | undefined,
): boolean {
  if (value.by === 'post' && step.channel !== 'task') return false;
  if (stepLines(campaign, step, jurisdiction, [line]).length === 0) return false;
  const grace = graceDays(line, jurisdiction, on);
  const triggered =
    campaign.trigger.type === 'date' && campaign.trigger.field === 'policy.graceEnd' ? grace : 0;
  const day = triggered + step.offsetDays - (value.of === 'graceEnd' ? grace : 0);
  return day <= value.latest && (value.earliest === null || day >= value.earliest);
}

/** A due date after which a month of grace is as short as can be. */
const shortMonth = '2026-02-01';

/** Days from the due date to the last day of grace. */
function graceDays(line: Line, jurisdiction: string, on = shortMonth): number {
  const end = graceEndsOn(line, on, jurisdiction);
  return end === null ? 0 : daysBetween(on, end);
}

function outsideHours(campaign: Campaign, jurisdiction: string, on: string | undefined): PackViolation[] {
  const rule = contactHours(jurisdiction, on);
  if (rule?.jurisdiction !== jurisdiction) return [];
  const { opens, closes } = rule.value;
  return campaign.steps.flatMap((step) => {
    if (step.channel !== 'email' || stepLines(campaign, step, jurisdiction, lines).length === 0) return [];
    const times = [step.at, ...step.variants.flatMap(({ at }) => at ?? [])];
    const outside = times.filter((at) => at < opens || at >= closes);
    if (outside.length === 0) return [];
    const message = `The step ${step.key} goes at ${outside.join(', ')}, outside ${opens} to ${closes}, the hours of contact in ${jurisdiction} (${rule.source}).`;
    return [violation('outside_contact_hours', rule, [], step.key, message)];
  });
}

/** The rules of a jurisdiction's own, each once, with the lines it is about. */
function byRule<Value>(
  rulesOf: (line: Line) => readonly FoundRule<Value>[],
  jurisdiction: string,
): [FoundRule<Value>, Line[]][] {
  const found = new Map<Value, [FoundRule<Value>, Line[]]>();
  for (const line of lines) {
    for (const rule of rulesOf(line)) {
      if (rule.jurisdiction !== jurisdiction) continue;
      const entry = found.get(rule.value) ?? [rule, []];
      entry[1].push(line);
      found.set(rule.value, entry);
    }
  }
  return [...found.values()];
}

function stepLines(campaign: Campaign, step: Step, jurisdiction: string, about: readonly Line[]): Line[] {
  const who = step.when === null ? campaign.audience : { all: [campaign.audience, step.when] };
  return linesReached(who, jurisdiction, about);
}

function templatesOf({ merge }: Campaign, { template, variants }: Step): string[] {
  const others = variants.map((variant) => variant.template);
  return [...new Set([template, ...others, merge?.template].filter((name) => name !== undefined))];
}

const anchors = {
  due: 'the due date',
  graceEnd: 'the last day of grace',
  renewal: 'the renewal date',
} as const;

function inWords({ of, earliest, latest, by }: NoticeWindow): string {
  const date = anchors[of];
  const side = (days: number) => `${Math.abs(days)} days ${days < 0 ? 'before' : 'after'}`;
  const when =
    earliest === null
      ? `at least ${side(latest)} ${date}`
      : earliest < 0
        ? `${-earliest} to ${-latest} days before ${date}`
        : `within ${latest} days of ${date}`;
  return by === 'post' ? `${when}, by post, which is a task for the staff` : when;
}

function violation(
  code: PackViolation['code'],
  { jurisdiction, source, from, confidence }: FoundRule<unknown>,
  about: readonly Line[],
  step: string | null,
  message: string,
): PackViolation {
  return { code, jurisdiction, lines: about, step, message, rule: { source, from, confidence } };
}

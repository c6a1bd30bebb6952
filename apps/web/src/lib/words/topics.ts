import { m } from '#lib/paraglide/messages.js';

const words: Record<string, () => string> = {
  renewals: m.topic_renewals,
  payments: m.topic_payments,
  welcome: m.topic_welcome,
  'policy-changes': m.topic_policy_changes,
  claims: m.topic_claims,
  'safety-tips': m.topic_safety_tips,
  'health-checks': m.topic_health_checks,
  events: m.topic_events,
  newsletter: m.topic_newsletter,
  offers: m.topic_offers,
  birthday: m.topic_birthday,
  'keeping-in-touch': m.topic_keeping_in_touch,
};

/** What a topic is about, in words; a topic of the insurer's own making by its key, readable ('spring_fair' → 'spring fair'). */
export function topicName(topic: string): string {
  return words[topic]?.() ?? topic.replaceAll(/[-_]+/g, ' ');
}

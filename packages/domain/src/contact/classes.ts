/**
 * Why somebody is written to. `legal`: statutory notices, never capped or unsubscribed. `service`: about the
 * customer's own policy or case. `marketing`: needs consent.
 */
export const contactClasses = ['legal', 'service', 'marketing'] as const;
export type ContactClass = (typeof contactClasses)[number];

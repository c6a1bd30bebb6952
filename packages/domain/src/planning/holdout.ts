import type { Variant } from '../campaigns/step.js';

/**
 * What is hashed to decide whether a subject is held out of a campaign: the same subject always falls on the same
 * side of the same campaign, whatever its step, its year or the machine.
 */
export function holdoutKey(campaignKey: string, subjectId: string): string {
  return `${campaignKey}:${subjectId}`;
}

/**
 * The point in [0, 1) at which a subject stands, from the MD5 of its {@link holdoutKey} in hexadecimal: its first
 * eight digits over 2³². SQL does the same with `('x' || left(md5(key), 8))::bit(32)::bigint / 4294967296.0`
 * (`bigint` of a `bit(32)` is never negative). The hash itself is the caller's: domain has no crypto.
 */
export function holdoutPoint(md5Hex: string): number {
  return Number.parseInt(md5Hex.slice(0, 8), 16) / 2 ** 32;
}

/** Whether a subject at a point in [0, 1) is held out when a share (0 to 1) of the audience is. */
export function isHeldOut(share: number, point: number): boolean {
  return point < share;
}

/** What is hashed to hold a customer out of all marketing: over every campaign the same people. */
export function globalHoldoutKey(customerId: string): string {
  return `*:${customerId}`;
}

/** What is hashed to choose a subject's arm of a step's experiment, apart from what holds it out. */
export function experimentKey(campaignKey: string, stepKey: string, subjectId: string): string {
  return `${campaignKey}/${stepKey}:${subjectId}`;
}

/** The stretches of [0, 1) that belong to a step's variants, in their order; the last one ends at 1. */
export function variantRanges(
  variants: readonly Variant[],
): { variant: Variant; from: number; to: number }[] {
  let from = 0;
  return variants.map((variant, index) => {
    const to = index === variants.length - 1 ? 1 : from + variant.share;
    const range = { variant, from, to };
    from = to;
    return range;
  });
}

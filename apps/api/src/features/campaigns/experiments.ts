import { deliveryStates, type DeliveryState, type Step } from '@aftercare/domain';

/** The rows of one step and arm in one state. */
export interface ArmCount {
  step: string;
  /** The arm that the row fell to; null where the step was no experiment. */
  variant: string | null;
  state: DeliveryState;
  /** Of rows that were held out: by the campaign's own holdout or by the one over all marketing. */
  globally: boolean;
  count: number;
}

/** One arm of a step's experiment, and what became of those it fell to. */
export interface Arm {
  key: string;
  share: number;
  at: string;
  template: string;
  states: Record<DeliveryState, number>;
}

/** The arms of a step in the order of the file; none when it is no experiment. */
export function armsOf(step: Step, counts: readonly ArmCount[]): Arm[] {
  return step.variants.map((variant) => {
    const ofArm = counts.filter((line) => line.step === step.key && line.variant === variant.key);
    return {
      key: variant.key,
      share: variant.share,
      at: variant.at ?? step.at,
      template: variant.template ?? step.template,
      states: Object.fromEntries(
        deliveryStates.map((state) => [state, sum(ofArm.filter((line) => line.state === state))]),
      ) as Record<DeliveryState, number>,
    };
  });
}

/** How many rows were held out, by which holdout. */
export function heldOutOf(counts: readonly ArmCount[]): { campaign: number; global: number } {
  const heldOut = counts.filter(({ state }) => state === 'held_out');
  return {
    campaign: sum(heldOut.filter(({ globally }) => !globally)),
    global: sum(heldOut.filter(({ globally }) => globally)),
  };
}

function sum(counts: readonly { count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

import type { SynthesizedStack } from '../synthesized-stack.ts';

/** A violation of a check. */
export interface Finding {
  /** `aws_s3_bucket.some-id` */
  readonly address: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Properties of the stage that checks depend on. */
export interface StageTraits {
  /** Whether alarms watch the stage, as in production. */
  readonly watched: boolean;
}

/** Finds one kind of violation in a stack. */
export type Check = (stack: SynthesizedStack, traits: StageTraits) => Finding[];

/** One line with the resource, the problem and the remedy. */
export const describeFinding = ({ address, problem, remedy }: Finding) => `${address}: ${problem}. ${remedy}`;

import type { SynthesizedStack } from '../synthesized-stack.ts';

/** Something in a stack that is not as it must be. */
export interface Finding {
  /** `aws_s3_bucket.some-id` */
  readonly address: string;
  readonly problem: string;
  readonly remedy: string;
}

/** What a check is told besides the stack. */
export interface CheckContext {
  /** Whether the stage is one that people rely on. */
  readonly watched: boolean;
}

/** Looks for one kind of fault in all of a stack. */
export type Check = (stack: SynthesizedStack, context: CheckContext) => Finding[];

/** One line: which resource, what is wrong, what to do. */
export const describeFinding = ({ address, problem, remedy }: Finding) => `${address}: ${problem}. ${remedy}`;

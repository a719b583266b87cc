import { prefixOf } from '@nova/shared/naming';
import { type AccessChange, accessChange } from './access/access.ts';
import { type CostChange, type CostOf, costChange } from './cost.ts';
import { driftOf } from './differences/drift.ts';
import { type ArnWords, arnWords } from './resources/arns.ts';
import { type PlannedAction, type PlannedResource, resourcesOf } from './resources/resources.ts';
import { type Loss, lossesIn } from './risks/data-loss.ts';
import { exposuresIn } from './risks/exposures.ts';
import { weakenedIn } from './risks/weakened.ts';
import type { Ignores } from './terraform/ignore-changes.ts';
import type { Change, TerraformPlan } from './terraform/terraform-plan.ts';

/** The plan of one stack. */
export interface StackPlan {
  readonly stack: string;
  readonly plan: TerraformPlan;
  /** Attributes that the stack ignores; none by default. */
  readonly ignores?: Ignores;
}

/** What a person must know about the plans of a stage before they are applied. */
export interface Review {
  readonly stage: string;
  readonly stacks: readonly { readonly stack: string; readonly resources: readonly PlannedResource[] }[];
  readonly resources: readonly PlannedResource[];
  readonly losses: readonly Loss[];
  readonly exposures: readonly string[];
  readonly weakened: readonly string[];
  readonly access: AccessChange;
  readonly outputs: readonly (readonly [string, Change])[];
  readonly drift: readonly PlannedResource[];
  /** By profile of a month. */
  readonly costs: readonly (readonly [string, CostChange])[];
  readonly arnWords: ArnWords;
}

/** @param costs price resources, each for the profile of a month; without any, the review has no section on cost */
export function reviewOf(
  stage: string,
  plans: readonly StackPlan[],
  costs: Readonly<Record<string, CostOf>> = {},
): Review {
  const prefix = prefixOf(stage);
  const stacks = plans.map(({ stack, plan }) => ({ stack, resources: resourcesOf(plan, prefix) }));
  const resources = stacks.flatMap((stack) => stack.resources);
  const words = arnWords(resources);
  const access = accessChange(resources, words, prefix);
  return {
    stage,
    stacks,
    resources,
    losses: lossesIn(resources),
    exposures: exposuresIn(resources, access),
    weakened: weakenedIn(resources),
    access,
    outputs: plans
      .flatMap(({ plan }) => Object.entries(plan.output_changes))
      .filter(([, { actions }]) => !actions.includes('no-op')),
    drift: plans.flatMap(({ plan, ignores }) => driftOf(plan, prefix, ignores)),
    costs: Object.entries(costs).map(([month, costOf]) => [month, costChange(resources, costOf)] as const),
    arnWords: words,
  };
}

/** The resources with an action. */
export const withAction = (resources: readonly PlannedResource[], action: PlannedAction) =>
  resources.filter((resource) => resource.action === action);

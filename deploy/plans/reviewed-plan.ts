import { existsSync } from 'node:fs';
import type { StackName } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { synthesisOf } from '../terraform/stacks.ts';
import type { Variables } from '../terraform/terraform.ts';
import { type MadePlan, makePlans } from './make-plans.ts';
import {
  changesOf,
  hashOfPlanFile,
  type PlanRecord,
  planFile,
  readRecord,
  temporaryFolder,
} from './record.ts';

/** Milliseconds for which a plan may be applied: its inputs change. */
const maxAgeMs = 24 * 3600 * 1000;

/**
 * The plan of exactly the stacks that are synthesized now, for this account, not older than a day, with its plan files.
 * @throws UserError that gives the reason when there is none
 */
export function reviewedPlan(stage: string, account: string, now: Date): PlanRecord {
  const again = `run \`make plan STAGE=${stage}\` and read the plan`;
  const record = readRecord(stage);
  if (!record) throw new UserError(`There is no plan of stage ${stage} to apply: ${again}.`);
  if (record.account !== account) {
    throw new UserError(
      `The plan of stage ${stage} is for account ${record.account}, but you are signed in to ${account}: sign in to the former, or ${again}.`,
    );
  }
  const age = now.getTime() - Date.parse(record.plannedAt);
  if (age > maxAgeMs) {
    throw new UserError(`The plan of stage ${stage} is more than a day old (${record.plannedAt}): ${again}.`);
  }
  const changed = Object.entries(record.stacks).filter(
    ([stack, { synthesis }]) => synthesisOf(stack as StackName) !== synthesis,
  );
  if (changed.length > 0) {
    const names = changed.map(([stack]) => stack).join(' and ');
    throw new UserError(`${names} changed since stage ${stage} was planned: ${again}.`);
  }
  for (const [stack, hash] of Object.entries(record.files)) {
    const file = planFile(stage, stack as StackName);
    if (existsSync(file) && hashOfPlanFile(stage, stack as StackName) === hash) continue;
    throw new UserError(`${file} is not the plan that plan.md describes: ${again}.`);
  }
  return record;
}

/**
 * Plans once more, to compare: Terraform refuses a saved plan when the state has changed, but does not notice resources that
 * were changed by hand.
 * @throws UserError when the plan would now do something else
 */
export function expectSameChanges(stage: string, record: PlanRecord, variables: Variables): MadePlan[] {
  const stacks = Object.keys(record.stacks) as StackName[];
  using folder = temporaryFolder(stage, 'again-');
  const plans = makePlans({ stacks, variables, into: folder.path });
  const other = plans.filter(
    ({ stack, plan }) => record.stacks[stack]?.changes !== changesOf(plan, record.image),
  );
  if (other.length === 0) return plans;
  const names = other.map(({ stack }) => stack).join(' and ');
  throw new UserError(
    `Applying ${names} would no longer do what the plan says, because resources in AWS have changed: run \`make plan STAGE=${stage}\` again and read the new plan.`,
  );
}

import type { StackName } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { synthesisOf } from '../terraform/stacks.ts';
import { type PlanRecord, readRecord } from './record.ts';

/** Milliseconds for which a plan may be applied: its inputs change. */
const maxAgeMs = 24 * 3600 * 1000;

/**
 * The plan of exactly the stacks that are synthesized now, for this account, not older than a day.
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
  return record;
}

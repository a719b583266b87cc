import type { StackName } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { synthesisOf } from '../terraform/stacks.ts';
import { type PlanRecord, readRecord } from './record.ts';

/** Milliseconds for which a plan is good: what it was made from changes. */
const oldestPlan = 24 * 3600 * 1000;

/**
 * The plan that was made of exactly what is synthesized now, for this account, within a day.
 * @throws UserError saying why there is none
 */
export function reviewedPlan(stage: string, account: string, now: Date): PlanRecord {
  const again = `make the plan with \`make plan STAGE=${stage}\` and read it`;
  const record = readRecord(stage);
  if (!record) throw new UserError(`No plan of stage ${stage} waits to be applied: ${again}.`);
  if (record.account !== account) {
    throw new UserError(
      `The plan of stage ${stage} is for account ${record.account}, but you are signed in to ${account}: sign in there, or ${again}.`,
    );
  }
  const age = now.getTime() - Date.parse(record.plannedAt);
  if (age > oldestPlan) {
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

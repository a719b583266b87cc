import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type StackName, stackNames } from '@nova/shared/naming';
import { confirm, confirmYes } from '../confirm.ts';
import { DeployError, run, say } from '../errors.ts';
import { expectApproved } from '../plans/approval.ts';
import { makePlans } from '../plans/make-plans.ts';
import { changesOf, dropRecord, type PlanRecord, plansFolder } from '../plans/record.ts';
import { reviewedPlan } from '../plans/reviewed-plan.ts';
import { preflight } from '../preflight/preflight.ts';
import { cdktf } from '../terraform/cdktf.ts';
import type { Variables } from '../terraform/terraform.ts';

/** Applies what was planned and read, and nothing else. `make deploy` then rolls out what is new. */
await run(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage } = settings;
  const record = reviewedPlan(stage, account, new Date());
  const variables = { agent_core_image_digest: record.image.digest };
  const { CONFIRM, APPROVED_PLAN } = process.env;
  expectApproved(record, APPROVED_PLAN, stage);
  expectSameChanges(stage, record, variables);
  say(record.summary);
  // Who wants to lose data says so by the stage's name, which no script says by habit.
  if (record.losesData)
    await confirm('Data would be lost. Apply?', stage, { name: 'CONFIRM', value: CONFIRM });
  else await confirmYes('Apply?', process.env);
  cdktf('deploy', stackNames, variables);
  dropRecord(stage);
  say(`Stage ${stage} is applied.`);
});

/** Plans once more: what AWS holds may have changed since somebody read the plan. */
function expectSameChanges(stage: string, record: PlanRecord, variables: Variables): void {
  const folder = mkdtempSync(join(plansFolder(stage), 'again-'));
  try {
    const stacks = Object.keys(record.stacks) as StackName[];
    const plans = makePlans({ stacks, variables, into: folder });
    const other = plans.filter(
      ({ stack, plan }) => record.stacks[stack]?.changes !== changesOf(plan, record.image),
    );
    if (other.length === 0) return;
    const names = other.map(({ stack }) => stack).join(' and ');
    throw new DeployError(
      `Applying ${names} would no longer do what was planned, since something in AWS changed: make the plan again with \`make plan STAGE=${stage}\` and read it.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type StackName, stackNames } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { confirm, confirmYes, printLine } from '../console.ts';
import { expectApproved } from '../plans/approval.ts';
import { makePlans } from '../plans/make-plans.ts';
import { changesOf, dropRecord, type PlanRecord, plansFolder } from '../plans/record.ts';
import { reviewedPlan } from '../plans/reviewed-plan.ts';
import { preflight } from '../preflight/preflight.ts';
import { cdktf } from '../terraform/cdktf.ts';
import type { Variables } from '../terraform/terraform.ts';

/** Applies what was planned and read, and nothing else. `make deploy` then rolls out what is new. */
await runMain(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage } = settings;
  const record = reviewedPlan(stage, account, new Date());
  const variables = { agent_core_image_digest: record.image.digest };
  const { CONFIRM, APPROVED_PLAN } = process.env;
  expectApproved(record, APPROVED_PLAN, stage);
  expectSameChanges(stage, record, variables);
  printLine(record.summary);
  // Who wants to lose data says so by the stage's name, which no script says by habit.
  if (record.losesData)
    await confirm('Data would be lost. Apply?', stage, { name: 'CONFIRM', value: CONFIRM });
  else await confirmYes('Apply?', process.env);
  cdktf('deploy', stackNames, variables);
  dropRecord(stage);
  printLine(`Stage ${stage} is applied.`);
}, explainAwsError);

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
    throw new UserError(
      `Applying ${names} would no longer do what was planned, since something in AWS changed: make the plan again with \`make plan STAGE=${stage}\` and read it.`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

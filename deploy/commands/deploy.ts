import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type StackName, stackNames } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { confirm, confirmYes, printLine } from '../console.ts';
import { expectApproved } from '../plans/approval.ts';
import { type MadePlan, makePlans } from '../plans/make-plans.ts';
import { changesOf, dropRecord, type PlanRecord, plansFolder } from '../plans/record.ts';
import { redeployApi, removesFromApi } from '../plans/redeployment.ts';
import { reviewedPlan } from '../plans/reviewed-plan.ts';
import { preflight } from '../preflight/preflight.ts';
import { cdktf, type Variables } from '../terraform/terraform.ts';

/** Applies the reviewed plan, and nothing else. `make deploy` then rolls out the new versions. */
await runMain(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage } = settings;
  const record = reviewedPlan(stage, account, new Date());
  const variables = { agent_core_image_digest: record.image.digest };
  const { CONFIRM, APPROVED_PLAN } = process.env;
  expectApproved(record, APPROVED_PLAN, stage);
  const removesRoutes = expectSameChanges(stage, record, variables).some(({ plan }) => removesFromApi(plan));
  printLine(record.summary);
  // Data loss needs the name of the stage: no script answers with that by default.
  if (record.losesData)
    await confirm('Data would be lost. Apply?', stage, { name: 'CONFIRM', value: CONFIRM });
  else await confirmYes('Apply?', process.env);
  cdktf('deploy', stackNames, variables);
  dropRecord(stage);
  if (removesRoutes) {
    printLine('Deploying the API again, without the routes that were removed');
    inFolder(stage, (folder) => redeployApi(folder, variables));
  }
  printLine(`Stage ${stage} is applied.`);
}, explainAwsError);

/** Plans once more: resources in AWS may have changed since the plan was read. */
function expectSameChanges(stage: string, record: PlanRecord, variables: Variables): MadePlan[] {
  const stacks = Object.keys(record.stacks) as StackName[];
  const plans = inFolder(stage, (into) => makePlans({ stacks, variables, into }));
  const other = plans.filter(
    ({ stack, plan }) => record.stacks[stack]?.changes !== changesOf(plan, record.image),
  );
  if (other.length === 0) return plans;
  const names = other.map(({ stack }) => stack).join(' and ');
  throw new UserError(
    `Applying ${names} would no longer do what the plan says, because resources in AWS have changed: run \`make plan STAGE=${stage}\` again and read the new plan.`,
  );
}

/** Plans hold sensitive values, so the folder does not outlive the work. */
function inFolder<Result>(stage: string, work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(plansFolder(stage), 'again-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

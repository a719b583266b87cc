import type { StackName } from '@nova/shared/naming';
import { confirm, confirmYes, printLine } from '../console.ts';
import { expectApproved } from '../plans/approval.ts';
import { dropPlans, dropRecord, planFile } from '../plans/record.ts';
import { expectSameChanges, reviewedPlan } from '../plans/reviewed-plan.ts';
import type { Target } from '../preflight/preflight.ts';
import { stackFolder } from '../terraform/stacks.ts';
import { Terraform } from '../terraform/terraform.ts';
import { apply } from './apply.ts';
import { removesFromApi } from './redeployment.ts';

/** Applies the plan files that `make plan` wrote, after a yes. */
export async function applyReviewedPlan(
  { settings, account, s3 }: Target,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { stage } = settings;
  const record = reviewedPlan(stage, account, new Date());
  const variables = { agent_core_image_digest: record.image.digest };
  expectApproved(record, environment.APPROVED_PLAN, stage);
  const plans = expectSameChanges(stage, record, variables);
  printLine(record.summary);
  // Data loss needs the name of the stage: no script answers with that by default.
  if (record.losesData)
    await confirm('Data would be lost. Apply?', stage, { name: 'CONFIRM', value: environment.CONFIRM });
  else await confirmYes('Apply?', environment);
  // Applied once, also when it stops half-way: Terraform refuses what is left of it.
  dropRecord(stage);
  try {
    await apply({
      ...{ settings, s3, variables, commit: record.commit },
      removesFromApi: plans.some(({ plan }) => removesFromApi(plan)),
      work: () => {
        for (const stack of Object.keys(record.stacks) as StackName[]) {
          printLine(`Applying ${stack}`);
          new Terraform(stackFolder(stack), variables).apply(planFile(stage, stack));
        }
      },
    });
  } finally {
    dropPlans(stage);
  }
}

import { runMain, UserError } from '@nova/shared/run-main';
import { applyReviewedPlan } from '../apply/reviewed.ts';
import { deployWithoutPlan } from '../apply/without-plan.ts';
import { explainAwsError } from '../aws-errors.ts';
import { printLine } from '../console.ts';
import { preflight } from '../preflight/preflight.ts';

/**
 * `make deploy STAGE=…`: applies the plan files that were reviewed, and nothing else; with `PLAN=none`, the synthesized stacks
 * without a plan. `make deploy` then rolls out the new versions.
 */
await runMain(async () => {
  const target = await preflight(process.env);
  const { PLAN } = process.env;
  if (PLAN && PLAN !== 'none') {
    throw new UserError(
      `PLAN is ${JSON.stringify(PLAN)}, but must be none, or unset to apply a reviewed plan.`,
    );
  }
  await (PLAN ? deployWithoutPlan : applyReviewedPlan)(target, process.env);
  printLine(`Stage ${target.settings.stage} is applied.`);
}, explainAwsError);

import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { stackNames } from '@nova/shared/naming';
import { runMain } from '@nova/shared/run-main';
import { summaryOf } from '../../review/plan/page/headline.ts';
import { reviewOf } from '../../review/plan/review.ts';
import { removesFromApi } from '../apply/redeployment.ts';
import { secondDeployment, unfinishedIn } from '../apply/unfinished.ts';
import { explainAwsError } from '../aws-errors.ts';
import { printLine } from '../console.ts';
import { plannedImage } from '../image/image.ts';
import { approvalOf, saveApproval } from '../plans/approval.ts';
import { costs } from '../plans/costs.ts';
import { makePlans, toolsOf } from '../plans/make-plans.ts';
import { publish } from '../plans/page.ts';
import { protectionsOff } from '../plans/protections-off.ts';
import { changesOf, dropPlans, hashOfPlanFile, makePlansFolder, saveRecord } from '../plans/record.ts';
import { accountNotes, accountSteps } from '../preflight/account/all.ts';
import { signedRequests } from '../preflight/account/ask.ts';
import { preflight, type Target } from '../preflight/preflight.ts';
import { readApply } from '../records/apply-record.ts';
import { commitOf } from '../records/commit.ts';
import { pendingRollout } from '../rollout/pending.ts';
import { synthesisOf } from '../terraform/stacks.ts';

/** `make plan STAGE=…`: plans the synthesized stacks, and writes a review for people to `plan.md`. */
await runMain(async () => {
  const target = await preflight(process.env);
  const { settings, account, s3 } = target;
  const { stage } = settings;
  const { pushed, ...image } = await plannedImage(settings, process.env);
  const rollout = await pendingRollout(withLambda(target));
  const unfinished = unfinishedIn(await readApply(s3, settings));
  const steps = await accountSteps(signedRequests(settings.region), settings, account);
  const folder = makePlansFolder(stage);
  dropPlans(stage);
  const plans = makePlans({
    stacks: stackNames,
    variables: { agent_core_image_digest: image.digest },
    into: folder,
    // A plan that is only read must not block another from being applied.
    options: process.env.IMAGE === 'later' ? ['-lock=false'] : [],
  });
  const review = reviewOf(stage, plans, costs);
  const notes = [unfinished.apply, unfinished.redeployment, rollout].filter((note) => note !== undefined);
  publish(review, 'plan.md', [
    ...(pushed ? [] : [notPushed(image.digest)]),
    ...notes.map((note) => `**${note}**`),
    ...(plans.some(({ plan }) => removesFromApi(plan)) ? [secondDeployment] : []),
    ...accountNotes(steps, stage),
    ...protectionsOff(settings),
  ]);
  const stacks = Object.fromEntries(
    plans.map(({ stack, plan }) => [
      stack,
      { synthesis: synthesisOf(stack), changes: changesOf(plan, image), tools: toolsOf(stack, plan) },
    ]),
  );
  const planned = {
    ...{ account, image, stacks },
    ...{ pendingRollout: rollout, pendingRedeployment: unfinished.redeployment },
  };
  saveApproval(stage, approvalOf(planned));
  if (!pushed)
    return printLine(`This plan cannot be applied: run \`make image STAGE=${stage}\`, then plan again.`);
  saveRecord(stage, {
    ...planned,
    commit: commitOf(join(import.meta.dirname, '..', '..')),
    files: Object.fromEntries(stackNames.map((stack) => [stack, hashOfPlanFile(stage, stack)])),
    plannedAt: new Date().toISOString(),
    summary: summaryOf(review),
    losesData: review.losses.length > 0,
  });
  printLine(`Apply it within a day: \`make deploy STAGE=${stage}\`.`);
}, explainAwsError);

function withLambda({ settings, s3 }: Target) {
  return { settings, s3, lambda: new LambdaClient({ region: settings.region }) };
}

function notPushed(digest: string): string {
  return `The image of agent-core is not pushed yet: \`${digest}\` is a placeholder for its digest.`;
}

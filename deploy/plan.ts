import { reviewOf } from '../review/plan/review.ts';
import { inShort } from '../review/plan/sections/headline.ts';
import { run, say } from './errors.ts';
import { pushedImage } from './image/pushed.ts';
import { costs } from './plans/costs.ts';
import { makePlans } from './plans/make-plans.ts';
import { publish } from './plans/page.ts';
import { changesOf, dropRecord, makePlansFolder, saveRecord } from './plans/record.ts';
import { preflight } from './preflight/preflight.ts';
import { stackNames, synthesisOf } from './terraform/stacks.ts';

/** `make plan STAGE=…`: plans what is synthesized, and writes down in `plan.md` what a person must know of it. */
await run(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage } = settings;
  const imageDigest = await pushedImage(settings, process.env);
  const folder = makePlansFolder(stage);
  dropRecord(stage);
  const plans = makePlans({
    stacks: stackNames,
    variables: { agent_core_image_digest: imageDigest },
    into: folder,
  });
  const review = reviewOf(stage, plans, costs);
  publish(review, 'plan.md');
  const stacks = plans.map(({ stack, plan }) => [
    stack,
    { synthesis: synthesisOf(stack), changes: changesOf(plan) },
  ]);
  saveRecord(stage, {
    account,
    plannedAt: new Date().toISOString(),
    imageDigest,
    stacks: Object.fromEntries(stacks),
    summary: inShort(review),
    losesData: review.losses.length > 0,
  });
  say(`Then apply it within a day: \`make deploy STAGE=${stage}\`.`);
});

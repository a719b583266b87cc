import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReview } from '../review/plan/render.ts';
import { reviewOf } from '../review/plan/review.ts';
import { inShort } from '../review/plan/sections/headline.ts';
import { run, say } from './errors.ts';
import { pushedImage } from './image/pushed.ts';
import { makePlans } from './plans/make-plans.ts';
import { changesOf, dropRecord, makePlansFolder, saveRecord } from './plans/record.ts';
import { preflight } from './preflight/preflight.ts';
import { stackNames, synthesisOf } from './terraform/stacks.ts';

/** `make plan STAGE=…`: plans what is synthesized, and writes down in `plan.md` what a person must know of it. */
await run(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage } = settings;
  const imageDigest = await pushedImage(settings);
  const folder = makePlansFolder(stage);
  dropRecord(stage);
  const plans = makePlans({
    stacks: stackNames,
    variables: { agent_core_image_digest: imageDigest },
    into: folder,
  });
  const review = reviewOf(stage, plans);
  const page = join(folder, 'plan.md');
  writeFileSync(page, renderReview(review));
  const summary = inShort(review);
  const stacks = plans.map(({ stack, plan }) => [
    stack,
    { synthesis: synthesisOf(stack), changes: changesOf(plan) },
  ]);
  saveRecord(stage, {
    account,
    plannedAt: new Date().toISOString(),
    imageDigest,
    stacks: Object.fromEntries(stacks),
    summary,
    losesData: review.losses.length > 0,
  });
  say(`${summary}\n\nRead ${page}, then apply it within a day: \`make deploy STAGE=${stage}\`.`);
});

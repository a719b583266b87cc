import { stackNames } from '@nova/shared/naming';
import { reviewOf } from '../review/plan/review.ts';
import { inShort } from '../review/plan/sections/headline.ts';
import { run, say } from './errors.ts';
import { plannedImage } from './image/image.ts';
import { approvalOf, saveApproval } from './plans/approval.ts';
import { costs } from './plans/costs.ts';
import { makePlans } from './plans/make-plans.ts';
import { publish } from './plans/page.ts';
import { changesOf, dropRecord, makePlansFolder, saveRecord } from './plans/record.ts';
import { preflight } from './preflight/preflight.ts';
import { synthesisOf } from './terraform/stacks.ts';

/** `make plan STAGE=…`: plans what is synthesized, and writes down in `plan.md` what a person must know of it. */
await run(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage } = settings;
  const { pushed, ...image } = await plannedImage(settings, process.env);
  const folder = makePlansFolder(stage);
  dropRecord(stage);
  const plans = makePlans({
    stacks: stackNames,
    variables: { agent_core_image_digest: image.digest },
    into: folder,
  });
  const review = reviewOf(stage, plans, costs);
  publish(
    review,
    'plan.md',
    pushed
      ? []
      : [`The image of agent-core is not pushed yet: \`${image.digest}\` stands in for its digest.`],
  );
  const stacks = Object.fromEntries(
    plans.map(({ stack, plan }) => [
      stack,
      { synthesis: synthesisOf(stack), changes: changesOf(plan, image) },
    ]),
  );
  saveApproval(stage, approvalOf({ account, image, stacks }));
  if (!pushed) return say(`Only to be read: run \`make image STAGE=${stage}\`, then plan again to apply it.`);
  saveRecord(stage, {
    account,
    plannedAt: new Date().toISOString(),
    image,
    stacks,
    summary: inShort(review),
    losesData: review.losses.length > 0,
  });
  say(`Then apply it within a day: \`make deploy STAGE=${stage}\`.`);
});

import { stackNames } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { reviewOf } from '../../review/plan/review.ts';
import { explainAwsError } from '../aws-errors.ts';
import { printLine } from '../console.ts';
import { makePlans } from '../plans/make-plans.ts';
import { publishDrift } from '../plans/page.ts';
import { temporaryFolder } from '../plans/record.ts';
import { preflight } from '../preflight/preflight.ts';
import { expectDeployed } from '../preflight/state-bucket.ts';
import { noImage } from '../terraform/terraform.ts';

const counted = (count: number) => (count === 1 ? '1 resource' : `${count} resources`);

/** `make drift STAGE=…`: reports changes that were made by hand since the last apply; changes nothing. */
await runMain(async () => {
  const { settings, s3 } = await preflight(process.env);
  const { stage, stateBucket } = settings;
  await expectDeployed(s3, stateBucket, stage);
  const options = ['-refresh-only', '-lock=false'];
  using folder = temporaryFolder(stage, 'drift-');
  const plans = makePlans({ stacks: stackNames, variables: noImage, into: folder.path, options });
  const review = reviewOf(stage, plans);
  if (review.drift.length === 0) return printLine(`Stage ${stage} has not changed since it was applied.`);
  publishDrift(review);
  throw new UserError(
    `${counted(review.drift.length)} of stage ${stage} changed outside Terraform: \`make plan STAGE=${stage}\` shows how to undo that.`,
  );
}, explainAwsError);

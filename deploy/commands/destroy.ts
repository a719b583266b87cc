import { runMain } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { destroyAllButData } from '../destroy/all-but-data.ts';
import { destroyEverything } from '../destroy/everything.ts';
import { dropPlans, temporaryFolder } from '../plans/record.ts';
import { preflight } from '../preflight/preflight.ts';
import { expectDeployed } from '../preflight/state-bucket.ts';
import { dropApply } from '../records/apply-record.ts';
import { dropRollout } from '../rollout/record.ts';
import { noImage } from '../terraform/terraform.ts';

/** `make destroy STAGE=…`: destroys a stage except its data; with `DATA=destroy`, the data too. */
await runMain(async () => {
  const { settings, s3 } = await preflight(process.env);
  const { stage, stateBucket } = settings;
  await expectDeployed(s3, stateBucket, stage);
  const destroy = process.env.DATA === 'destroy' ? destroyEverything : destroyAllButData;
  using folder = temporaryFolder(stage, 'destroy-');
  await destroy(settings, folder.path, noImage);
  // An earlier plan no longer matches what is deployed.
  dropPlans(stage);
  await dropRollout(s3, settings);
  await dropApply(s3, settings);
}, explainAwsError);

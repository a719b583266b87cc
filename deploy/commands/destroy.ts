import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runMain } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { destroyAllButData } from '../destroy/all-but-data.ts';
import { destroyEverything } from '../destroy/everything.ts';
import { dropRecord, makePlansFolder } from '../plans/record.ts';
import { preflight } from '../preflight/preflight.ts';
import { expectDeployed } from '../preflight/state-bucket.ts';
import { dropRollout } from '../rollout/record.ts';
import { noImage } from '../terraform/terraform.ts';

/** `make destroy STAGE=…`: destroys a stage except its data; with `DATA=destroy`, the data too. */
await runMain(async () => {
  const { settings, s3 } = await preflight(process.env);
  const { stage, stateBucket } = settings;
  await expectDeployed(s3, stateBucket, stage);
  const destroy = process.env.DATA === 'destroy' ? destroyEverything : destroyAllButData;
  const folder = mkdtempSync(join(makePlansFolder(stage), 'destroy-'));
  try {
    await destroy(settings, folder, noImage);
    // An earlier plan no longer matches what is deployed.
    dropRecord(stage);
    await dropRollout(s3, settings);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, explainAwsError);

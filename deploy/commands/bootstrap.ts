import { S3Client } from '@aws-sdk/client-s3';
import { runMain } from '@nova/shared/run-main';
import { readSettings } from '../../modules/settings.ts';
import { explainAwsError } from '../aws-errors.ts';
import { makeStateBucket } from '../bootstrap/state-bucket.ts';
import { printLine } from '../console.ts';

/** `make bootstrap STAGE=…`: creates the bucket of Terraform's state. Safe to run again at any time. */
await runMain(async () => {
  const { stateBucket: name, region, stage } = readSettings(process.env);
  const bucket = { name, region, adopt: process.env.ADOPT };
  const { created, changes } = await makeStateBucket(new S3Client({ region }), bucket);
  printLine(`${created ? 'Created' : 'Found'} ${name}: versioned, encrypted, private, TLS only.`);
  if (!created) printLine(changes.length > 0 ? `It got ${changes.join('; ')}.` : 'Nothing was changed.');
  printLine(`Next: \`make image STAGE=${stage}\`, then \`make plan STAGE=${stage}\`.`);
}, explainAwsError);

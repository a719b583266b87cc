import { S3Client } from '@aws-sdk/client-s3';
import { runMain } from '@nova/shared/run-main';
import { namedFor, readSettings } from '../../modules/settings.ts';
import { explainAwsError } from '../aws-errors.ts';
import { makeStateBucket } from '../bootstrap/state-bucket.ts';
import { printLine } from '../console.ts';
import { signedIn } from '../preflight/preflight.ts';
import { findStateBucket } from '../preflight/state-bucket.ts';

/** `make bootstrap STAGE=…`: creates the bucket of Terraform's state. Safe to run again at any time. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { region, stage } = settings;
  const account = await signedIn(settings);
  const s3 = new S3Client({ region });
  const name = await findStateBucket(s3, settings, account);
  const bucket = { name, region, stage, account, adopt: process.env.ADOPT };
  const { created, changes, warnings } = await makeStateBucket(s3, bucket);
  printLine(`${created ? 'Created' : 'Found'} ${name}: versioned, encrypted, private, TLS only.`);
  if (!created) printLine(changes.length > 0 ? `It got ${changes.join('; ')}.` : 'Nothing was changed.');
  for (const warning of warnings) printLine(`⚠️ ${warning}`);
  const named = namedFor(settings);
  printLine(`Next: \`make preflight ${named}\`, \`make image ${named}\`, then \`make plan ${named}\`.`);
}, explainAwsError);

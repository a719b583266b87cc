import { S3Client } from '@aws-sdk/client-s3';
import { readSettings } from '../../modules/settings.ts';
import { makeStateBucket } from '../bootstrap/state-bucket.ts';
import { run, say } from '../errors.ts';

/** `make bootstrap STAGE=…`: what must be there before Terraform can keep its state. May be run again at any time. */
await run(async () => {
  const { stateBucket, region, stage } = readSettings(process.env);
  const made = await makeStateBucket(new S3Client({ region }), stateBucket, region);
  say(`${made ? 'Made' : 'Found'} ${stateBucket}: versioned, encrypted, private, over TLS only.`);
  say(`Next: \`make image STAGE=${stage}\`, then \`make plan STAGE=${stage}\`.`);
});

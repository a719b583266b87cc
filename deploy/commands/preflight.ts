import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { runMain, UserError } from '@nova/shared/run-main';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { describeError, explainAwsError } from '../aws-errors.ts';
import { printLine } from '../console.ts';
import { expectDocker } from '../image/image.ts';
import { accountSteps } from '../preflight/account/all.ts';
import { signedRequests } from '../preflight/account/ask.ts';
import { describeStep, ready, type Step } from '../preflight/account/step.ts';
import { expectNoOtherRegion } from '../preflight/other-region.ts';
import { signedIn } from '../preflight/preflight.ts';
import { expectStateBucket, findStateBucket } from '../preflight/state-bucket.ts';
import { expectTerraform } from '../preflight/tools.ts';

/** `make preflight STAGE=…`: names each step that is missing before the stage can answer, with the place to do it. It only reads. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { stage, region } = settings;
  const steps = [
    await stepBy('Terraform', 'it is recent enough.', expectTerraform),
    await stepBy('Docker', 'it runs.', expectDocker),
    ...(await awsSteps(settings)),
  ];
  printLine(`Stage ${stage} in ${region}:\n${steps.map(describeStep).join('\n')}`);
  const missing = steps.filter(({ state }) => state === 'missing').length;
  if (missing > 0) {
    throw new UserError(
      `${missing === 1 ? '1 step is' : `${missing} steps are`} missing before stage ${stage} can answer: docs/first-deploy.md has all steps in order.`,
    );
  }
  printLine('No step is missing.');
}, explainAwsError);

async function awsSteps(settings: Settings): Promise<Step[]> {
  let account = '';
  const signIn = await stepBy('credentials', 'AWS accepts them.', async () => {
    account = await signedIn(settings);
  });
  if (account === '') return [signIn];
  const state = await stepBy('bucket of the state', 'it is yours.', async () => {
    const s3 = new S3Client({ region: settings.region });
    await expectStateBucket(s3, await findStateBucket(s3, settings, account), settings, account);
  });
  const region = await stepBy(
    'region',
    `the account has the stage in no other than ${settings.region}.`,
    () => expectNoOtherRegion(new IAMClient({ region: settings.region }), settings),
  );
  const others = await accountSteps(signedRequests(settings.region), settings, account);
  return [{ ...signIn, detail: `AWS accepts them, for account ${account}.` }, region, state, ...others];
}

/** A step that is missing when its check throws. */
async function stepBy(name: string, detail: string, check: () => void | Promise<void>): Promise<Step> {
  try {
    await check();
    return { name, ...ready(detail) };
  } catch (error) {
    return { name, state: 'missing', detail: describeError(error) };
  }
}

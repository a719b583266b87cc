import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';
import { readSettings } from '../../modules/settings.ts';
import { confirmYes, printLine } from '../console.ts';
import { signedRequests } from '../preflight/account/ask.ts';
import { expectNoOtherRegion } from '../preflight/other-region.ts';
import { type SettingsWithState, signedIn } from '../preflight/preflight.ts';
import { expectStateBucket, findStateBucket } from '../preflight/state-bucket.ts';
import type { CodeDeploy, Polling } from './codedeploy/deployments.ts';
import type { Alarms } from './codedeploy/traffic-shift.ts';
import { type DeleteGuardrailVersion, deletesGuardrailVersion } from './delete-guardrail-version.ts';

const pollEveryMs = 5000;
const minutes = 60_000;

/** What a rollout and a rollback are given. */
export interface Dependencies {
  readonly settings: Pick<SettingsWithState, 'prefix' | 'stage' | 'stateBucket' | 'rollout'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly codedeploy: CodeDeploy;
  readonly s3: Pick<S3Client, 'send'>;
  readonly deleteGuardrailVersion: DeleteGuardrailVersion;
  readonly printLine: (line: string) => void;
  readonly alarms: Alarms;
  /** @throws UserError when the answer is not yes */
  readonly confirm: (question: string) => Promise<void>;
  readonly polling: { readonly rollout: Polling; readonly stop: Polling };
}

/** The slowest predefined deployment configuration takes half an hour; a stop takes moments. */
export const polling = {
  rollout: { every: pollEveryMs, atMost: 45 * minutes },
  stop: { every: pollEveryMs, atMost: 5 * minutes },
} as const;

/**
 * Connects to AWS.
 * @param environment names the stage and its state bucket, and says whether alarms stop the rollout (`ALARMS=ignore`)
 * @throws UserError when a value is invalid or the bucket does not exist
 */
export async function connect(environment: NodeJS.ProcessEnv): Promise<Dependencies> {
  const found = readSettings(environment);
  const alarms = readAlarms(environment.ALARMS);
  const { region } = found;
  const account = await signedIn(found);
  const s3 = new S3Client({ region });
  const stateBucket = await findStateBucket(s3, found, account);
  const settings = { ...found, stateBucket };
  await expectStateBucket(s3, stateBucket, found, account).catch(async (fault: unknown) => {
    // Without REGION, the bucket is looked for in the wrong region.
    if (fault instanceof UserError) await expectNoOtherRegion(new IAMClient({ region }), found);
    throw fault;
  });
  const [lambda, codedeploy] = [new LambdaClient({ region }), new CodeDeployClient({ region })];
  const ask = (question: string) => confirmYes(question, environment);
  const deleteGuardrailVersion = deletesGuardrailVersion(signedRequests(region), region);
  return {
    ...{ settings, lambda, codedeploy, s3, deleteGuardrailVersion },
    ...{ printLine, alarms, confirm: ask, polling },
  };
}

function readAlarms(choice: string | undefined): Alarms {
  if (!choice) return 'watch';
  if (choice === 'ignore') return choice;
  throw new UserError(
    `ALARMS is "${choice}", but must be ignore (alarms do not stop this rollout) or unset.`,
  );
}

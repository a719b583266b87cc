import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { printLine } from '../console.ts';
import { expectStateBucket } from '../preflight/state-bucket.ts';
import type { CodeDeploy, Patience } from './codedeploy/deployments.ts';

const lookEveryMs = 5000;
const minutes = 60_000;

/** Where callers are moved, and by what. */
export interface RolloutSite {
  readonly settings: Pick<Settings, 'prefix' | 'stage' | 'stateBucket' | 'rollout'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly codedeploy: CodeDeploy;
  readonly s3: Pick<S3Client, 'send'>;
  readonly printLine: (line: string) => void;
  readonly patience: { readonly rollout: Patience; readonly stop: Patience };
}

/** The slowest predefined rollout takes half an hour; to stop takes moments. */
export const patience = {
  rollout: { every: lookEveryMs, atMost: 45 * minutes },
  stop: { every: lookEveryMs, atMost: 5 * minutes },
} as const;

/**
 * @param environment names the stage and its bucket
 * @throws SettingsError or UserError when a value cannot be used or the bucket is not there
 */
export async function openSite(environment: NodeJS.ProcessEnv): Promise<RolloutSite> {
  const settings = readSettings(environment);
  const { region, stage, stateBucket } = settings;
  const s3 = new S3Client({ region, followRegionRedirects: true });
  await expectStateBucket(s3, stateBucket, stage);
  const [lambda, codedeploy] = [new LambdaClient({ region }), new CodeDeployClient({ region })];
  return { settings, lambda, codedeploy, s3, printLine, patience };
}

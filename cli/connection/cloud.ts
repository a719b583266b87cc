import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UsageError } from '../errors.ts';
import { type Place, timeLimited } from './connection.ts';

export interface CloudOptions {
  readonly profile: string | undefined;
  readonly stage: string | undefined;
  readonly region: string | undefined;
}

const defaultStage = 'dev';
const defaultRegion = 'us-east-1';
/** As the stacks take it. */
const stagePattern = /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/;

/**
 * A stage on AWS, with the credentials of a profile or of the environment.
 * @throws the SDK's error where there are no credentials, or none that are good
 */
export async function cloudPlace({ profile, stage = defaultStage, region }: CloudOptions): Promise<Place> {
  if (!stagePattern.test(stage)) {
    throw new UsageError(
      `--stage is "${stage}", but must be 2 to 16 lower-case letters, digits and hyphens: for example prod.`,
    );
  }
  const sts = new STSClient({
    ...(profile ? { profile } : {}),
    region: region ?? (await regionOf(profile)),
    requestHandler: timeLimited(),
    maxAttempts: 3,
  });
  const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const found = await sts.config.region();
  return {
    where: `AWS account ${Account}, ${found}${profile ? `, profile ${profile}` : ''}`,
    stage,
    region: found,
    accountId: Account,
    credentials: sts.config.credentials,
  };
}

/** The region of the profile or the environment; where neither says any, that of the stacks. */
async function regionOf(profile: string | undefined): Promise<string> {
  try {
    return await new STSClient(profile ? { profile } : {}).config.region();
  } catch {
    return defaultRegion;
  }
}

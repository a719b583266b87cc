import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { stagePattern } from '@nova/shared/naming';
import { UsageError } from '../errors.ts';
import { type CloudOptions, type Place, timeLimited } from './place.ts';

const defaultStage = 'dev';
const defaultRegion = 'us-east-1';

/**
 * A stage on AWS, with the credentials of a profile or of the environment.
 * @throws the SDK's error when there are no credentials or they are not valid
 */
export async function cloudPlace({ profile, stage = defaultStage, region }: CloudOptions): Promise<Place> {
  if (!stagePattern.test(stage)) {
    throw new UsageError(
      `--stage is "${stage}", but must be 2 to 16 lower-case letters, digits and hyphens: for example prod.`,
    );
  }
  const sts = new STSClient({
    ...(profile ? { profile } : {}),
    region: region ?? (await configuredRegion(profile)),
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

/** The region of the profile or the environment; the stacks' default when neither names one. */
async function configuredRegion(profile: string | undefined): Promise<string> {
  try {
    return await new STSClient(profile ? { profile } : {}).config.region();
  } catch {
    return defaultRegion;
  }
}

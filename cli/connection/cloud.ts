import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { stagePattern } from '@nova/shared/naming';
import { defaultRegion } from '@nova/shared/regions';
import { CliError, UsageError } from '../errors.ts';
import { oneLine } from '../output/text.ts';
import { type CloudOptions, type Place, timeLimited } from './place.ts';

const defaultStage = 'dev';

/**
 * A stage on AWS, with the credentials of a profile or of the environment.
 * @throws CliError when the named profile has no credentials; the SDK's error when none is named, or they are not valid
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
  const { Account = '' } = await sts
    .send(new GetCallerIdentityCommand({}))
    .catch((error: Error) => Promise.reject(ofProfile(error, profile ?? process.env.AWS_PROFILE)));
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

/** Names the profile in an error about missing credentials: the SDK's message does not. */
function ofProfile(error: Error, profile: string | undefined): Error {
  if (!profile || !/^(Credentials|Token)ProviderError$/.test(error.name)) return error;
  return new CliError(
    `The profile ${profile} does not exist or has no AWS credentials (${oneLine(error.message)}): sign in with \`aws sso login --profile ${profile}\`, or select a profile of \`aws configure list-profiles\` with --profile.`,
  );
}

import {
  DescribeImagesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  type ImageIdentifier,
} from '@aws-sdk/client-ecr';
import { DeployError } from '../errors.ts';

type Ecr = Pick<ECRClient, 'send'>;

/**
 * Digest of a pushed image, by its tag or digest.
 * @returns undefined when there is no such image
 * @throws DeployError when there is no repository either
 */
export async function digestOf(
  ecr: Ecr,
  repository: string,
  image: ImageIdentifier,
  stage: string,
): Promise<string | undefined> {
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository, imageIds: [image] }),
    );
    return imageDetails[0]?.imageDigest;
  } catch (error) {
    if ((error as Error).name === 'ImageNotFoundException') return undefined;
    if ((error as Error).name !== 'RepositoryNotFoundException') throw error;
    throw new DeployError(`There is no registry ${repository} yet: \`make image STAGE=${stage}\` makes it.`);
  }
}

/** What Docker signs in with. */
export async function loginOf(ecr: Ecr): Promise<{ user: string; password: string; registry: string }> {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData;
  const [user = '', password = ''] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString()
    .split(':');
  return { user, password, registry: new URL(data?.proxyEndpoint ?? 'https://unknown').host };
}

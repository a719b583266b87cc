import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  type ImageIdentifier,
} from '@aws-sdk/client-ecr';

type Ecr = Pick<ECRClient, 'send'>;

const missing = new Set(['ImageNotFoundException', 'RepositoryNotFoundException']);

/**
 * Digest of a pushed image, by its tag or digest.
 * @returns undefined when there is no such image, or no repository yet
 */
export async function digestOf(
  ecr: Ecr,
  repository: string,
  image: ImageIdentifier,
): Promise<string | undefined> {
  try {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository, imageIds: [image] }),
    );
    return imageDetails[0]?.imageDigest;
  } catch (error) {
    if (missing.has((error as Error).name)) return undefined;
    throw error;
  }
}

export async function hasRepository(ecr: Ecr, repository: string): Promise<boolean> {
  try {
    await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'RepositoryNotFoundException') return false;
    throw error;
  }
}

/** The credentials for `docker login`. */
export async function loginOf(ecr: Ecr): Promise<{ user: string; password: string; registry: string }> {
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData;
  const [user = '', password = ''] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString()
    .split(':');
  return { user, password, registry: new URL(data?.proxyEndpoint ?? 'https://unknown').host };
}

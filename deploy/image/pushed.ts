import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf } from '@nova/shared/naming';
import type { Settings } from '../../modules/settings.ts';
import { DeployError } from '../errors.ts';
import { digestOf } from './registry.ts';
import { imageTag } from './tag.ts';

/**
 * Digest of the image that is built of what is here.
 * @throws DeployError when it is not built or not pushed
 */
export async function pushedImage({ prefix, region, stage }: Settings): Promise<string> {
  const tag = imageTag(join(import.meta.dirname, '..', '..', 'lambdas'));
  const digest = await digestOf(new ECRClient({ region }), imageRepositoryOf(prefix), tag, stage);
  if (digest) return digest;
  throw new DeployError(`The image of agent-core (${tag}) is not pushed: run \`make image STAGE=${stage}\`.`);
}

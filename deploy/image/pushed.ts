import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf } from '@nova/shared/naming';
import type { Settings } from '../../modules/settings.ts';
import { DeployError } from '../errors.ts';
import { digestOf } from './registry.ts';
import { imageTag } from './tag.ts';

/**
 * Digest of the image to deploy: the one that is built of what is here, unless `TF_VAR_agent_core_image_digest` says
 * another, for who goes back to it.
 * @throws DeployError when it is not built or not pushed
 */
export async function pushedImage(
  { prefix, region, stage }: Settings,
  { TF_VAR_agent_core_image_digest: chosen }: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const image = chosen
    ? { imageDigest: chosen }
    : { imageTag: imageTag(join(import.meta.dirname, '..', '..', 'lambdas')) };
  const digest = await digestOf(new ECRClient({ region }), imageRepositoryOf(prefix), image);
  if (digest) return digest;
  throw new DeployError(
    chosen
      ? `TF_VAR_agent_core_image_digest is ${chosen}, but no such image is pushed: name another, or unset it.`
      : `The image of agent-core (${image.imageTag}) is not pushed: run \`make image STAGE=${stage}\`.`,
  );
}

import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf } from '@nova/shared/naming';
import { readSettings } from '../modules/settings.ts';
import { DeployError, run, say } from './errors.ts';
import { digestOf } from './image/registry.ts';
import { imageTag } from './image/tag.ts';

/** Prints the digest of the image that is built of what is here, for `TF_VAR_agent_core_image_digest`. */
await run(async () => {
  const { prefix, region, stage } = readSettings(process.env);
  const tag = imageTag(join(import.meta.dirname, '..', 'lambdas'));
  const digest = await digestOf(new ECRClient({ region }), imageRepositoryOf(prefix), tag, stage);
  if (!digest) {
    throw new DeployError(
      `The image of agent-core (${tag}) is not pushed: run \`make image STAGE=${stage}\`.`,
    );
  }
  say(digest);
});

import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf } from '@nova/shared/naming';
import { readSettings } from '../modules/settings.ts';
import { DeployError, run, say } from './errors.ts';
import { docker, expectDocker } from './image/docker.ts';
import { digestOf, loginOf } from './image/registry.ts';
import { dockerfile, imageTag } from './image/tag.ts';

const lambdas = join(import.meta.dirname, '..', 'lambdas');

/**
 * `make image STAGE=…`: builds the image of agent-core and pushes it, unless what it is made of was pushed before. The
 * registry must be there: `make image` deploys its stack first.
 */
await run(async () => {
  const { prefix, region, stage } = readSettings(process.env);
  const repository = imageRepositoryOf(prefix);
  const ecr = new ECRClient({ region });
  const tag = imageTag(lambdas);
  const known = await digestOf(ecr, repository, { imageTag: tag }, stage);
  if (known) return say(`${repository}:${tag} is pushed already: ${known}`);
  expectDocker();
  const { user, password, registry } = await loginOf(ecr);
  docker(['login', '--username', user, '--password-stdin', registry], password);
  const image = `${registry}/${repository}:${tag}`;
  // Lambda takes no image index, which provenance would make of it.
  const platform = ['--platform', 'linux/arm64', '--provenance=false'];
  docker(['build', ...platform, '--push', '-t', image, '-f', join(lambdas, dockerfile), lambdas]);
  const digest = await digestOf(ecr, repository, { imageTag: tag }, stage);
  if (!digest) throw new DeployError(`${image} was pushed, but the registry does not know it: try again.`);
  say(`Pushed ${repository}:${tag}: ${digest}`);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { imageRepositoryOf, stackNames } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { explainAwsError } from '../aws-errors.ts';
import { printLine } from '../console.ts';
import { docker, dockerfile, expectDocker, imageTag } from '../image/image.ts';
import { digestOf, hasRepository, loginOf } from '../image/registry.ts';
import { baseImageOf } from '../pins/base-image.ts';
import { preflight } from '../preflight/preflight.ts';
import { cdktfDeploy, noImage } from '../terraform/terraform.ts';

const lambdas = join(import.meta.dirname, '..', '..', 'lambdas');

/**
 * `make image STAGE=…`: deploys the registry if there is none yet, then builds the image of agent-core and pushes it, unless
 * an image of the same sources was pushed before.
 */
await runMain(async () => {
  const { settings } = await preflight(process.env);
  const { prefix, region } = settings;
  const repository = imageRepositoryOf(prefix);
  const ecr = new ECRClient({ region });
  const tag = imageTag(lambdas);
  const known = await digestOf(ecr, repository, { imageTag: tag });
  if (known) return printLine(`${repository}:${tag} was pushed before: ${known}`);
  expectDocker();
  const base = baseImageOf(readFileSync(join(lambdas, dockerfile), 'utf8'));
  if (!base.digest) {
    printLine(
      `${base.repository}:${base.tag} is not pinned, so a newer base image does not lead to a new image: run \`make pins\`, and commit the result.`,
    );
  }
  // Later changes of the registry are planned and reviewed like all others.
  if (!(await hasRepository(ecr, repository))) cdktfDeploy([stackNames[0]], noImage);
  const { user, password, registry } = await loginOf(ecr);
  docker(['login', '--username', user, '--password-stdin', registry], password);
  const image = `${registry}/${repository}:${tag}`;
  // With provenance, Docker pushes an image index, which Lambda refuses.
  const platform = ['--platform', 'linux/arm64', '--provenance=false'];
  docker(['build', ...platform, '--push', '-t', image, '-f', join(lambdas, dockerfile), lambdas]);
  const digest = await digestOf(ecr, repository, { imageTag: tag });
  if (!digest) throw new UserError(`${image} was pushed, but the registry does not list it: try again.`);
  printLine(`Pushed ${repository}:${tag}: ${digest}`);
}, explainAwsError);

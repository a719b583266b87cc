import { join } from 'node:path';
import { stackNames } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import { confirm } from '../console.ts';
import { pushedImage } from '../image/image.ts';
import { dropPlans } from '../plans/record.ts';
import type { Target } from '../preflight/preflight.ts';
import { commitOf } from '../records/commit.ts';
import { cdktfDeploy } from '../terraform/terraform.ts';
import { apply } from './apply.ts';

/**
 * Deploys the synthesized stacks with `cdktf deploy`, which plans and applies in one step: there is no plan to read.
 * @throws UserError for a stage that protects its data, and when a plan was approved
 */
export async function deployWithoutPlan(
  { settings, s3 }: Target,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { stage, protection } = settings;
  const instead = `run \`make plan STAGE=${stage}\`, read the plan, and apply it with \`make deploy STAGE=${stage}\``;
  if (protection.deletionProtection) {
    throw new UserError(`Stage ${stage} protects its data, so PLAN=none is not allowed: ${instead}.`);
  }
  if (environment.APPROVED_PLAN) {
    throw new UserError(`APPROVED_PLAN and PLAN=none exclude each other: ${instead}.`);
  }
  const image = await pushedImage(settings, environment);
  // Nobody knows whether data would be lost, so this needs what a plan that loses data needs.
  await confirm('There is no plan to read, and data may be lost. Deploy?', stage, {
    name: 'CONFIRM',
    value: environment.CONFIRM,
  });
  const variables = { agent_core_image_digest: image.digest };
  dropPlans(stage);
  await apply({
    ...{ settings, s3, variables, commit: commitOf(join(import.meta.dirname, '..', '..')) },
    removesFromApi: true,
    work: () => cdktfDeploy(stackNames, variables),
  });
}

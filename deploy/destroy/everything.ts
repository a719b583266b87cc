import { join } from 'node:path';
import { pipelineStack, type StackName, stackNames } from '@nova/shared/naming';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';
import type { PlannedResource } from '../../review/plan/resources/resources.ts';
import { reviewOf } from '../../review/plan/review.ts';
import { confirm, printLine } from '../console.ts';
import { makePlans } from '../plans/make-plans.ts';
import { publish } from '../plans/page.ts';
import { stackFolder } from '../terraform/stacks.ts';
import { Terraform, type Variables } from '../terraform/terraform.ts';

/** Destroys a stage with its data: the platform, then the registry that it pulls from, then the roles of the workflows, each by the plan that was shown. */
export async function destroyEverything(
  { stage, repository }: Settings,
  into: string,
  variables: Variables,
): Promise<void> {
  const stacks: StackName[] = stackNames.toReversed();
  if (repository !== undefined) stacks.push(pipelineStack);
  const review = reviewOf(stage, makePlans({ stacks, variables, into, options: ['-destroy'] }));
  expectUnprotected(review.resources, stage);
  publish(review, 'destroy.md');
  const { CONFIRM } = process.env;
  await confirm(`Destroy stage ${stage} and all its data permanently?`, stage, {
    name: 'CONFIRM',
    value: CONFIRM,
  });
  for (const stack of stacks) {
    printLine(`Destroying ${stack}`);
    new Terraform(stackFolder(stack), variables).apply(join(into, `${stack}.tfplan`));
  }
  printLine(`Stage ${stage} is destroyed, with its data. Its state stays in the bucket, empty.`);
  if (repository === undefined)
    printLine(
      'If workflows deployed the stage, set PIPELINE_REPOSITORY and run this command again: it removes their roles.',
    );
}

/** The reason for which AWS or Terraform refuses to destroy a deployed resource, if there is one. */
function protectionOf({ type, before }: PlannedResource): string | undefined {
  if (before.deletion_protection_enabled === true) return 'deletion protection';
  const force = type === 'aws_ecr_repository' ? before.force_delete : before.force_destroy;
  const fills = ['aws_s3_bucket', 'aws_s3vectors_vector_bucket', 'aws_ecr_repository'].includes(type);
  return fills && force !== true ? 'may not be emptied' : undefined;
}

/** @throws UserError that names the protected resources and the settings to change first */
export function expectUnprotected(resources: readonly PlannedResource[], stage: string): void {
  const named = resources
    .filter(({ action }) => action === 'delete')
    .flatMap((resource) => {
      const protection = protectionOf(resource);
      return protection ? [`${resource.words} (${protection})`] : [];
    });
  if (named.length === 0) return;
  throw new UserError(
    `Stage ${stage} protects its data: ${named.join(', ')}. Nothing was destroyed. First set \`deletionProtection: false\` and \`forceDestroy: true\` for ${stage} in modules/settings.ts, and apply that with \`make plan STAGE=${stage}\` and \`make deploy STAGE=${stage}\`.`,
  );
}

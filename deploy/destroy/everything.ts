import { pipelineStack, type StackName, stackNames } from '@nova/shared/naming';
import type { Settings } from '../../modules/settings.ts';
import { reviewOf } from '../../review/plan/review.ts';
import { confirm, printLine } from '../console.ts';
import { makePlans } from '../plans/make-plans.ts';
import { publish } from '../plans/page.ts';
import { cdktf } from '../terraform/cdktf.ts';
import type { Variables } from '../terraform/terraform.ts';
import { expectUnprotected } from './protection.ts';

/** Destroys a stage with its data: the platform, then the registry that it pulls from, then the roles of the workflows. */
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
  cdktf('destroy', stacks, variables);
  printLine(`Stage ${stage} is destroyed, with its data. Its state stays in the bucket, empty.`);
  if (repository === undefined)
    printLine(
      'If workflows deployed the stage, set PIPELINE_REPOSITORY and run this command again: it removes their roles.',
    );
}

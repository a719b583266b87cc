import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';
import type { Settings } from '../../modules/settings.ts';
import { reviewOf } from '../../review/plan/review.ts';
import { confirm, printLine } from '../console.ts';
import { makePlans } from '../plans/make-plans.ts';
import { publish } from '../plans/page.ts';
import { readStack } from '../terraform/stacks.ts';
import { Terraform, type Variables } from '../terraform/terraform.ts';
import { dataOnly } from './data-only.ts';

const stack = 'nova-platform';

/**
 * Destroys the platform except its data, by applying a stack that declares only the data. The registry holds nothing but
 * data, so it stays.
 * @param into a folder for that stack and its plan
 */
export async function destroyAllButData(
  { stage }: Pick<Settings, 'stage'>,
  into: string,
  variables: Variables,
): Promise<void> {
  const folder = join(into, stack);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(dataOnly(readStack(stack)), null, 2));
  const plans = makePlans({ stacks: [stack], variables, into, folderOf: () => folder });
  const review = reviewOf(stage, plans);
  if (review.losses.length > 0) {
    const names = review.losses.map(({ resource }) => resource.words).join(', ');
    throw new UserError(
      `${names} would be lost, because the synthesized stack differs from the deployed one. Nothing was destroyed: \`make plan STAGE=${stage}\` shows the difference.`,
    );
  }
  publish(review, 'destroy.md');
  printLine('Tables, buckets, vectors, dead letters, logs, images and API keys are kept.');
  const { CONFIRM } = process.env;
  await confirm(`Destroy the rest of stage ${stage}?`, stage, { name: 'CONFIRM', value: CONFIRM });
  new Terraform(folder, variables).apply(join(into, `${stack}.tfplan`));
  printLine(
    `Stage ${stage} is destroyed except for its data. \`make plan\` and \`make deploy\` restore the rest, at another URL; \`make destroy STAGE=${stage} DATA=destroy\` destroys the data too.`,
  );
}

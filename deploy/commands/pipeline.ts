import { join } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { pipelineStack, stateBucketOf } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { reviewOf } from '../../review/plan/review.ts';
import { explainAwsError } from '../aws-errors.ts';
import { confirmYes, printLine } from '../console.ts';
import { trustGitHub, variableCommand } from '../pipeline/github.ts';
import { makePlans } from '../plans/make-plans.ts';
import { publish } from '../plans/page.ts';
import { temporaryFolder } from '../plans/record.ts';
import { preflight, type SettingsWithState } from '../preflight/preflight.ts';
import { stackFolder } from '../terraform/stacks.ts';
import { noImage, Terraform } from '../terraform/terraform.ts';

/**
 * `make pipeline STAGE=… PIPELINE_REPOSITORY=…`: lets the repository's workflows plan and deploy the stage. A person runs
 * it once, and again whenever the permissions of the workflows change: workflows may not change those themselves.
 */
await runMain(async () => {
  const { settings, account } = await preflight(process.env);
  const { stage, region, repository } = settings;
  if (repository === undefined) {
    throw new UserError(
      'PIPELINE_REPOSITORY is not set: name the repository whose workflows may deploy the stage, as owner@id/name@id, or as owner/name if the repository is older than July 2026.',
    );
  }
  expectBucketOfPolicies(settings, account, process.env);
  const command = variableCommand(settings, repository, account);
  using folder = temporaryFolder(stage, 'pipeline-');
  const plans = makePlans({ stacks: [pipelineStack], variables: noImage, into: folder.path });
  const review = reviewOf(stage, plans);
  publish(review, 'pipeline.md');
  const changes = review.resources.some(({ action }) => action !== 'nothing');
  if (changes) await confirmYes(`Give the workflows of ${repository} these permissions?`, process.env);
  const made = await trustGitHub(new IAMClient({ region }));
  printLine(`${made ? 'Created' : 'Found'} the account's trust in GitHub.`);
  if (changes) {
    new Terraform(stackFolder(pipelineStack), noImage).apply(join(folder.path, `${pipelineStack}.tfplan`));
  }
  printLine(`Add the stage to the repository:\n  ${command}`);
}, explainAwsError);

/** The policies of the roles name the bucket by its default, unless `STATE_BUCKET` names another. */
function expectBucketOfPolicies(
  { stage, prefix, region, stateBucket }: SettingsWithState,
  account: string,
  { STATE_BUCKET }: NodeJS.ProcessEnv,
): void {
  if (STATE_BUCKET || stateBucket === stateBucketOf(prefix, account, region)) return;
  throw new UserError(
    `The state of stage ${stage} is in ${stateBucket}, the default of an older release: name it with STATE_BUCKET=${stateBucket}, so that the workflows may use it.`,
  );
}

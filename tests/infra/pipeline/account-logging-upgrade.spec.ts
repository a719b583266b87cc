import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePlan } from '../../../review/plan/terraform/terraform-plan.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { planJson, terraformVersion } from '../../../review/validate/terraform.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';
import { synthesize } from '../testing/synthesize.ts';

const environment = { ACCOUNT_LOGGING: 'own' };
/** As earlier releases declared it, whether or not workflows deploy the stage. */
const former = onlyLogging(synthesize('prod', environment).platform);
const current = onlyLogging(
  synthesize('prod', { ...environment, PIPELINE_REPOSITORY: 'nova/platform' }).platform,
);

/** The part of the platform by which API Gateway writes logs. */
function onlyLogging({ file }: SynthesizedStack): SynthesizedStack {
  const resource = Object.entries(file.resource).flatMap(([type, named]) => {
    const kept = Object.entries(named).filter(([id]) => id.startsWith('api_stage_account-logging'));
    return kept.length > 0 ? [[type, Object.fromEntries(kept)]] : [];
  });
  const { terraform, provider, data = {} } = file;
  return new SynthesizedStack({ terraform, provider, data, resource: Object.fromEntries(resource) });
}

describe.runIf(terraformVersion() !== undefined)('an upgrade of a stage that owns account logging', () => {
  it('names the pipeline’s role in the account’s setting, deletes the platform’s, and changes nothing else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nova-logging-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const variables = {};
    const json = await planJson(
      writeStackFolder(former, folder),
      { stack: current, variables },
      { stack: former, variables },
    );

    const changes = parsePlan(json)
      .resource_changes.map(({ type, change }) => `${change.actions.join('+')} ${type}`)
      .filter((change) => !change.startsWith('no-op'));
    expect(changes.sort()).toEqual([
      'delete aws_iam_role',
      'delete aws_iam_role_policies_exclusive',
      'delete aws_iam_role_policy_attachment',
      'delete aws_iam_role_policy_attachments_exclusive',
      'update aws_api_gateway_account',
    ]);
  });
});

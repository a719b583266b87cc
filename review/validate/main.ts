import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { pipelineStack, stackNames } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { findingsIn } from '../checks/all.ts';
import { describeFinding } from '../checks/check.ts';
import { SynthesizedStack } from '../synthesized-stack.ts';
import { jsonFaults } from './json-checks.ts';
import { readStackFile, terraformVersion, validate } from './terraform.ts';

const stacks = [pipelineStack, ...stackNames];
const oldestTerraform = [1, 10] as const;

/** Any digest will do: nothing looks it up. */
const anyDigest = `sha256:${'0'.repeat(64)}`;

/** `make validate`: checks whether Terraform accepts the synthesized stacks, as far as that is possible without AWS. */
async function main(stage: string, folder: string): Promise<boolean> {
  const terraform = usable(terraformVersion());
  let good = true;
  for (const name of stacks) {
    const place = join(folder, name);
    if (!existsSync(join(place, 'cdk.tf.json')))
      throw new UserError(`${place} is not synthesized: run \`make synth\`.`);
    const stack = new SynthesizedStack(readStackFile(place));
    const faults = [
      ...jsonFaults(stack),
      ...findingsIn(stack, { watched: stack.of('aws_cloudwatch_metric_alarm').length > 0 }),
    ].map(describeFinding);
    if (terraform && faults.length === 0) {
      const variables = stack.file.variable?.agent_core_image_digest
        ? { agent_core_image_digest: anyDigest }
        : {};
      const { ok, output } = await validate({ stack, variables }, place);
      if (!ok) faults.push(output);
    }
    report(`${stage} ${name}`, faults, stack.all().length);
    good &&= faults.length === 0;
  }
  return good;
}

function report(what: string, faults: readonly string[], resources: number): void {
  if (faults.length === 0) {
    process.stdout.write(`${styleText('green', '✓')} ${what}: ${resources} resources\n`);
    return;
  }
  process.stdout.write(`${styleText('red', '✗')} ${what}\n`);
  for (const fault of faults) process.stdout.write(`    ${fault.replaceAll('\n', '\n    ')}\n`);
}

/** Whether the installed Terraform can run the stacks. */
function usable(version: string | undefined): boolean {
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const remedy = 'see https://developer.hashicorp.com/terraform/install. Only the JSON was checked.';
  if (version === undefined) {
    note(`terraform is not installed: ${remedy}`);
    return false;
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldestTerraform[0] || (major === oldestTerraform[0] && minor >= oldestTerraform[1]))
    return true;
  note(
    `terraform ${version} is older than ${oldestTerraform.join('.')}, which the stacks require: ${remedy}`,
  );
  return false;
}

const [stage = 'dev', folder = 'cdktf.out/stacks'] = process.argv.slice(2);
await runMain(async () => {
  if (!(await main(stage, folder))) process.exitCode = 1;
});

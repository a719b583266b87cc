import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipelineStack, stackNames } from '@nova/shared/naming';
import { runMain, UserError } from '@nova/shared/run-main';
import { SynthesizedStack } from '../synthesized-stack.ts';
import { planJson, readStackFile, terraformVersion } from '../validate/terraform.ts';
import { checkovVersion, expectCheckov, type Findings, scan } from './checkov.ts';
import { differences } from './compare.ts';
import { withSection } from './render.ts';
import { verdicts } from './verdicts.ts';

const page = join(import.meta.dirname, '..', '..', 'docs', 'security.md');

/** Any digest will do: nothing looks it up. */
const anyDigest = `sha256:${'0'.repeat(64)}`;

/** `make scan`: compares what Checkov finds in production's plans with `verdicts.ts`, and writes the section of docs/security.md. */
await runMain(async () => {
  const [folder = 'cdktf.out/scan/stacks'] = process.argv.slice(2);
  const version = expectCheckov();
  if (terraformVersion() === undefined) {
    throw new UserError(
      'Terraform is not installed, and it makes the plans that Checkov reads: see https://developer.hashicorp.com/terraform/install.',
    );
  }
  const findings = await findingsIn(folder);
  const faults = differences(findings, verdicts);
  if (faults.length > 0) {
    const other = version === checkovVersion ? '' : ` (the verdicts are for ${checkovVersion})`;
    throw new UserError(
      `review/scan/verdicts.ts is not what Checkov ${version} finds${other}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), verdicts));
  process.stdout.write(
    `Checkov ${version}: ${findings.passed.size} checks pass somewhere, ${findings.failed.size} fail, each for the reason in docs/security.md.\n`,
  );
});

/** Plans each stack with the real Terraform and a stub of the provider, and scans the plans. */
async function findingsIn(folder: string): Promise<Findings> {
  const plans = mkdtempSync(join(tmpdir(), 'nova-scan-'));
  try {
    const paths: string[] = [];
    for (const name of [pipelineStack, ...stackNames]) {
      const place = join(folder, name);
      if (!existsSync(join(place, 'cdk.tf.json')))
        throw new UserError(`${place} is not synthesized: run \`make scan\`.`);
      const stack = new SynthesizedStack(readStackFile(place));
      const variables = stack.file.variable?.agent_core_image_digest
        ? { agent_core_image_digest: anyDigest }
        : {};
      const path = join(plans, `${name}.json`);
      // As if it were applied: in a first plan, policies are unknown that name ARNs which only AWS knows.
      const applied = { stack, variables };
      writeFileSync(path, await planJson(place, applied, applied));
      paths.push(path);
    }
    return scan(paths);
  } finally {
    rmSync(plans, { recursive: true });
  }
}

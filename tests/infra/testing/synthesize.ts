import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames, functions } from '@nova/shared/functions';
import { pipelineStack, type StackName, stackNames } from '@nova/shared/naming';
import { App } from 'cdktf';
import { readSettings, type Settings } from '../../../modules/settings.ts';
import { declareStacks } from '../../../modules/stacks.ts';
import { SynthesizedStack } from '../../../review/synthesized-stack.ts';

export interface Synthesis {
  readonly settings: Settings;
  readonly registry: SynthesizedStack;
  readonly platform: SynthesizedStack;
  /** Where a repository is named. */
  readonly pipeline?: SynthesizedStack;
}

/** Writes a zip for every function that ships as one; what is in it does not matter to Terraform. */
export function placeholderArtifacts(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of functionNames) {
    if (functions[name].packaging === 'zip') writeFileSync(join(directory, `${name}.zip`), `zip of ${name}`);
  }
}

/**
 * The stacks of a stage, as `make synth` would write them with these variables.
 * @param adjust what `settings.ts` would say otherwise
 */
export function synthesize(
  stage: string,
  environment: Readonly<Record<string, string>> = {},
  adjust: (settings: Settings) => Settings = (settings) => settings,
): Synthesis {
  const directory = mkdtempSync(join(tmpdir(), 'nova-infra-'));
  try {
    const artifacts = join(directory, 'artifacts');
    placeholderArtifacts(artifacts);
    const outdir = join(directory, 'out');
    const settings = adjust(readSettings({ ...environment, STAGE: stage }));
    const app = new App({ outdir });
    declareStacks(app, { settings, artifacts });
    app.synth();
    const read = (name: StackName) =>
      new SynthesizedStack(JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')));
    const [registry, platform] = stackNames;
    return {
      settings,
      registry: read(registry),
      platform: read(platform),
      ...(settings.repository === undefined ? {} : { pipeline: read(pipelineStack) }),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

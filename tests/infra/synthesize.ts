import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames, functions } from '@nova/shared/functions';
import { App } from 'cdktf';
import { Platform } from '../../modules/platform.ts';
import { Registry } from '../../modules/registry.ts';
import { readSettings, type Settings } from '../../modules/settings.ts';
import { SynthesizedStack } from '../../review/synthesized-stack.ts';

export interface Synthesis {
  readonly settings: Settings;
  readonly registry: SynthesizedStack;
  readonly platform: SynthesizedStack;
}

/** Writes a zip for every function that ships as one; what is in it does not matter to Terraform. */
export function placeholderArtifacts(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of functionNames) {
    if (functions[name].packaging === 'zip') writeFileSync(join(directory, `${name}.zip`), `zip of ${name}`);
  }
}

/**
 * Both stacks of a stage, as `make synth` would write them with these variables.
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
    new Registry(app, settings);
    new Platform(app, { settings, artifacts });
    app.synth();
    const read = (name: string) =>
      new SynthesizedStack(JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')));
    return { settings, registry: read('nova-registry'), platform: read('nova-platform') };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

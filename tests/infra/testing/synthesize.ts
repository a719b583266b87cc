import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  /** Present when a repository is set. */
  readonly pipeline?: SynthesizedStack;
}

/** Writes a zip for every zip function; Terraform does not read its contents. */
export function placeholderArtifacts(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of functionNames) {
    if (functions[name].packaging === 'zip') writeFileSync(join(directory, `${name}.zip`), `zip of ${name}`);
  }
}

interface Texts {
  readonly settings: Settings;
  readonly stacks: Readonly<Partial<Record<StackName, string>>>;
}

/** Syntheses of this worker, by the function that changes the settings, then by stage and environment. Each takes half a second. */
const known = new Map<(settings: Settings) => Settings, Map<string, Texts>>();
const unchanged = (settings: Settings) => settings;

/**
 * The stacks of a stage, as `make synth` writes them with these variables.
 * @param adjust changes the settings, equal settings always in the same way
 */
export function synthesize(
  stage: string,
  environment: Readonly<Record<string, string>> = {},
  adjust: (settings: Settings) => Settings = unchanged,
): Synthesis {
  const settings = readSettings({ ...environment, STAGE: stage });
  const key = JSON.stringify([stage, Object.entries(environment).sort()]);
  const adjusted = known.get(adjust) ?? new Map<string, Texts>();
  known.set(adjust, adjusted);
  const texts = adjusted.get(key) ?? textsOf(adjust(settings));
  adjusted.set(key, texts);
  const read = (name: StackName) => new SynthesizedStack(JSON.parse(texts.stacks[name] ?? 'null'));
  const [registry, platform] = stackNames;
  return {
    settings: texts.settings,
    registry: read(registry),
    platform: read(platform),
    ...(texts.settings.repository === undefined ? {} : { pipeline: read(pipelineStack) }),
  };
}

function textsOf(settings: Settings): Texts {
  const directory = mkdtempSync(join(tmpdir(), 'nova-infra-'));
  try {
    const artifacts = join(directory, 'artifacts');
    placeholderArtifacts(artifacts);
    const outdir = join(directory, 'out');
    const app = new App({ outdir });
    declareStacks(app, { settings, artifacts });
    app.synth();
    const names = readdirSync(join(outdir, 'stacks'));
    const textOf = (name: string) => readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8');
    return { settings, stacks: Object.fromEntries(names.map((name) => [name, textOf(name)])) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

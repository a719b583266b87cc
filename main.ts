import { join } from 'node:path';
import { App } from 'cdktf';
import { MissingArtifactError } from './modules/functions/code.ts';
import { readSettings, SettingsError } from './modules/settings.ts';
import { declareStacks } from './modules/stacks.ts';

/** Writes the stacks of the stage that `STAGE` names to `cdktf.out/stacks/<stack>/cdk.tf.json`. */
function synthesize(): void {
  const settings = readSettings(process.env);
  const app = new App();
  declareStacks(app, { settings, artifacts: join(import.meta.dirname, 'lambdas', 'dist') });
  app.synth();
}

try {
  synthesize();
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof MissingArtifactError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

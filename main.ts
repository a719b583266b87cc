import { join } from 'node:path';
import { modelAddress } from '@nova/shared/models';
import { runMain } from '@nova/shared/run-main';
import { App } from 'cdktf';
import { placeProviderLock } from './modules/provider.ts';
import { readSettings } from './modules/settings.ts';
import { declareStacks } from './modules/stacks.ts';

/** Writes the stacks of the stage that `STAGE` names to `cdktf.out/stacks/<stack>/cdk.tf.json`, each beside the provider's lock file. */
await runMain(() => {
  const settings = readSettings(process.env);
  const app = new App();
  declareStacks(app, { settings, artifacts: join(import.meta.dirname, 'lambdas', 'dist') });
  app.synth();
  for (const { id, region } of Object.values(settings.models).map(modelAddress)) {
    if (region === undefined) continue;
    process.stderr.write(
      `${settings.region} has no ${id}: stage ${settings.stage} calls it in ${region}, and its input leaves the region.\n`,
    );
  }
  placeProviderLock(import.meta.dirname, app.outdir);
});

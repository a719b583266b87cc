import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { App } from 'cdktf';
import { readSettings } from '../../../modules/settings.ts';
import { declareStacks } from '../../../modules/stacks.ts';
import { temporaryData } from './dev.ts';

/** The platform's stack as `make synth REGION=…` writes it, with the built bundles. */
export async function stackInRegion(region: string): Promise<string> {
  const out = await temporaryData();
  try {
    const app = new App({ outdir: out.path });
    declareStacks(app, { settings: readSettings({ REGION: region }), artifacts: resolve('lambdas/dist') });
    app.synth();
    return await readFile(join(out.path, 'stacks/nova-platform/cdk.tf.json'), 'utf8');
  } finally {
    await out.remove();
  }
}

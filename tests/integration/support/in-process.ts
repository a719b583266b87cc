import { resolve } from 'node:path';
import { type Platform, startPlatform } from '../../../local/platform.ts';
import { temporaryData } from './dev.ts';

/** The platform inside the test's own process, for looking behind the API. */
export interface InProcess {
  readonly platform: Platform;
  /** Where it keeps its data. */
  readonly data: string;
  /** Client settings of somebody who may do anything. */
  readonly aws: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: Platform['developer'];
  };
  close(): Promise<void>;
}

/** Starts the synthesized stack with the built bundles, a free port and data of its own. */
export async function startInProcess(): Promise<InProcess> {
  const data = await temporaryData();
  const platform = await startPlatform({
    stackFile: resolve('cdktf.out/stacks/nova-platform/cdk.tf.json'),
    distDirectory: resolve('lambdas/dist'),
    dataDirectory: data.path,
    port: 0,
    journal: { info: () => {}, warn: () => {}, error: () => {} },
  });
  return {
    platform,
    data: data.path,
    aws: { endpoint: platform.awsEndpoint, region: 'us-east-1', credentials: platform.developer },
    async close() {
      await platform.close();
      await data.remove();
    },
  };
}

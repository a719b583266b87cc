import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Platform, startPlatform } from '../../../local/platform.ts';
import { temporaryData } from './dev.ts';

const stackFile = resolve('cdktf.out/stacks/nova-platform/cdk.tf.json');

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

export interface InProcessOptions {
  /** Tokens that a key may use in a day, instead of what the stack was synthesized with. */
  readonly tokensPerDay?: number;
}

/** Starts the synthesized stack with the built bundles, a free port and data of its own. */
export async function startInProcess({ tokensPerDay }: InProcessOptions = {}): Promise<InProcess> {
  const data = await temporaryData();
  const platform = await startPlatform({
    stackFile: tokensPerDay === undefined ? stackFile : await withBudget(data.path, tokensPerDay),
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

/** The stack as a stage with that setting would have it. */
async function withBudget(directory: string, tokensPerDay: number): Promise<string> {
  const stack = await readFile(stackFile, 'utf8');
  const file = join(directory, 'cdk.tf.json');
  await writeFile(file, stack.replaceAll(/(\\"perDay\\":)\d+/g, `$1${tokensPerDay}`));
  return file;
}

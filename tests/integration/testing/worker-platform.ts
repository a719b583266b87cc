import { test } from 'vitest';
import { Api } from './api.ts';
import { type InProcess, startInProcess } from './in-process.ts';

/** A file's part of the platform in its own process: two keys that no other file has, so that it has tenants of its own. */
export interface WorkerShare {
  readonly running: Omit<InProcess, 'close'>;
  /** A client with the first of the file's keys. */
  readonly api: Api;
  /** A client with the key of another tenant. */
  readonly guest: Api;
}

/** At least as many as there are files that share the platform. */
const shares = 12;
const names = Array.from({ length: shares }, (_, share) => ({
  developer: `file-${share}`,
  guest: `file-${share}-guest`,
}));
let taken = 0;

/**
 * For files that inspect what is behind the API of a platform with default settings, or script its models: the files of a
 * worker run one after the other, and share one platform. What an earlier file stored is still there. Scripted replies and
 * faults of the models are removed after each file.
 */
export const withWorkerPlatform = test
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures a fixture needs
  .extend('worker', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const running = await startInProcess({ keys: names });
    onCleanup(() => running.close());
    return running;
  })
  .extend('share', { scope: 'file' }, ({ worker }, { onCleanup }): WorkerShare => {
    const { url, stage, apiKeys, bedrock } = worker.platform;
    const name = names[taken];
    if (!name) throw new Error('The shared platform has no keys left for this file.');
    taken += 1;
    onCleanup(() => {
      bedrock.script.clear();
      bedrock.faults.set({});
    });
    const client = (key: string) => new Api(`${url}/${stage}`, apiKeys[key]);
    return { running: worker, api: client(name.developer), guest: client(name.guest) };
  });

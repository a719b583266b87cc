import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, inject } from 'vitest';
import { Api } from './api.ts';
import { type Dev, startDev, temporaryData } from './dev.ts';
import { type Share, shareAt } from './shared-platform.ts';

/** The platform, running for the tests of a file, with its own data. */
export interface RunningPlatform {
  readonly dev: Dev;
  /** A client with the developer's key. */
  readonly api: Api;
  /** A client with the key of another tenant. */
  readonly guest: Api;
}

/**
 * Starts the platform before the tests of the file and stops it after them.
 * @param environment settings of `make dev`
 */
export function runningPlatform(environment: Readonly<Record<string, string>> = {}): RunningPlatform {
  let data: Awaited<ReturnType<typeof temporaryData>> | undefined;
  let dev: Dev | undefined;
  beforeAll(async () => {
    data = await temporaryData();
    dev = await startDev(data.path, environment);
  });
  afterAll(async () => {
    await dev?.stop();
    await data?.remove();
  });
  const running = () => {
    if (!dev) throw new Error('The platform is not running yet');
    return dev;
  };
  return {
    get dev() {
      return running();
    },
    get api() {
      return new Api(running().url, running().keys.developer);
    },
    get guest() {
      return new Api(running().url, running().keys.guest);
    },
  };
}

/** A platform that other files use at the same time, each with keys of its own. */
export interface SharedPlatform {
  readonly url: string;
  /** The folder of the platform's data: logs of all files. */
  readonly data: string;
  /** A folder with the `dev.json` of a platform that has the file's keys, for `nova --data`. */
  readonly address: string;
  readonly keys: Share['keys'];
  /** A client with the first of the file's keys. */
  readonly api: Api;
  /** A client with the key of another tenant. */
  readonly guest: Api;
}

/** Gives the tests of the file two keys of the platform that runs for all files, and starts it where it does not run. */
export function sharedPlatform(): SharedPlatform {
  let share: Share | undefined;
  let folder: Awaited<ReturnType<typeof temporaryData>> | undefined;
  beforeAll(async () => {
    share = await shareAt(inject('sharedPlatform'));
    folder = await temporaryData();
    const { keys: apiKeys, address } = share;
    await writeFile(join(folder.path, 'dev.json'), JSON.stringify({ ...address, apiKeys }));
  });
  afterAll(() => folder?.remove());
  const shared = () => {
    if (!share || !folder) throw new Error('The platform is not running yet');
    const { url, data, keys } = share;
    const clients = { api: new Api(url, keys.developer), guest: new Api(url, keys.guest) };
    return { url, data, keys, address: folder.path, ...clients };
  };
  return {
    get url() {
      return shared().url;
    },
    get data() {
      return shared().data;
    },
    get address() {
      return shared().address;
    },
    get keys() {
      return shared().keys;
    },
    get api() {
      return shared().api;
    },
    get guest() {
      return shared().guest;
    },
  };
}

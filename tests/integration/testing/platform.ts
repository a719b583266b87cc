import { afterAll, beforeAll } from 'vitest';
import { Api } from './api.ts';
import { type Dev, startDev, temporaryData } from './dev.ts';

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

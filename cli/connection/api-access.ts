import { apiStage } from '@nova/shared/routes';
import { CliError } from '../errors.ts';
import type { Place } from './place.ts';

/** The API's address and a key to it. */
export interface ApiAccess {
  /** With the stage: `http://127.0.0.1:4010/v1`. */
  readonly url: string;
  readonly key: string;
}

/** Variables that name the API, for people without an AWS account. */
const apiVariables = { url: 'NOVA_API_URL', key: 'NOVA_API_KEY' } as const;

/**
 * The API that the environment names. A key is never an argument: every user of the machine can read those.
 * @returns undefined when neither variable is set
 * @throws CliError when only one of them is set
 */
export function accessByEnvironment(environment: NodeJS.ProcessEnv): ApiAccess | undefined {
  const { [apiVariables.url]: url, [apiVariables.key]: key } = environment;
  if (!url && !key) return undefined;
  if (!url || !key) {
    const missing = url ? apiVariables.key : apiVariables.url;
    throw new CliError(`${missing} is not set: set both ${apiVariables.url} and ${apiVariables.key}.`);
  }
  return { url: url.replace(/\/+$/, ''), key };
}

/**
 * The API of a platform, with the key of a name.
 * @throws CliError when the platform has no API or no such key; the SDK's error when the lookup fails
 */
export async function apiAccess(place: Place, keyName: string): Promise<ApiAccess> {
  if (place.api) {
    const key = place.api.keys[keyName];
    if (!key) throw noKey(keyName, Object.keys(place.api.keys));
    return { url: `${place.api.url}/${apiStage}`, key };
  }
  const { lookUpApi } = await import('./api-gateway.ts');
  const { apiId, key } = await lookUpApi(place, keyName);
  if (!apiId) {
    throw new CliError(
      `${place.where} has no API of stage ${place.stage}: select a deployed stage with --stage.`,
    );
  }
  if (!key) throw noKey(keyName, []);
  return { url: `https://${apiId}.execute-api.${place.region}.amazonaws.com/${apiStage}`, key };
}

const noKey = (name: string, known: readonly string[]) =>
  new CliError(
    known.length > 0
      ? `There is no API key ${name}: select one with --key (${known.join(', ')}).`
      : `There is no enabled API key ${name}: select another with --key.`,
  );

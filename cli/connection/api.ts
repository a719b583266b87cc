import {
  APIGatewayClient,
  paginateGetApiKeys,
  paginateGetRestApis,
  type RestApi,
} from '@aws-sdk/client-api-gateway';
import { apiKeyNameOf, apiNameOf, prefixOf } from '@nova/shared/naming';
import { apiStage } from '@nova/shared/routes';
import { CliError } from '../errors.ts';
import { type Place, timeLimited } from './connection.ts';

/** Where the API is, and a key to it. */
export interface ApiAccess {
  /** With the stage: `http://127.0.0.1:4010/v1`. */
  readonly url: string;
  readonly key: string;
}

/** What the environment says of the API, for whoever has its address and a key and no AWS account. */
const apiVariables = { url: 'NOVA_API_URL', key: 'NOVA_API_KEY' } as const;

/**
 * The API by the environment. A key is never an argument: anyone on the machine can read those.
 * @returns undefined where neither variable is set
 * @throws CliError when one of them is missing
 */
export function accessByEnvironment(environment: NodeJS.ProcessEnv): ApiAccess | undefined {
  const { [apiVariables.url]: url, [apiVariables.key]: key } = environment;
  if (!url && !key) return undefined;
  if (!url || !key) {
    const missing = url ? apiVariables.key : apiVariables.url;
    throw new CliError(`${missing} is not set, and ${apiVariables.url} and ${apiVariables.key} go together.`);
  }
  return { url: url.replace(/\/+$/, ''), key };
}

/**
 * The API of a place, by the name of a key.
 * @throws CliError when it has no such key; the SDK's error where it may not be looked up
 */
export async function apiAccess(place: Place, keyName: string): Promise<ApiAccess> {
  if (place.api) {
    const key = place.api.keys[keyName];
    if (!key) throw noKey(keyName, Object.keys(place.api.keys));
    return { url: `${place.api.url}/${apiStage}`, key };
  }
  const { region, credentials } = place;
  const client = new APIGatewayClient({
    region,
    ...(credentials ? { credentials } : {}),
    requestHandler: timeLimited(),
    maxAttempts: 4,
  });
  const prefix = prefixOf(place.stage);
  const [api, key] = await Promise.all([
    apiNamed(client, apiNameOf(prefix)),
    keyNamed(client, apiKeyNameOf(prefix, keyName)),
  ]);
  if (!api?.id)
    throw new CliError(
      `${place.where} has no API of stage ${place.stage}: name a deployed one with --stage.`,
    );
  if (!key) throw noKey(keyName, []);
  return { url: `https://${api.id}.execute-api.${region}.amazonaws.com/${apiStage}`, key };
}

async function apiNamed(client: APIGatewayClient, name: string): Promise<RestApi | undefined> {
  for await (const { items = [] } of paginateGetRestApis({ client }, {})) {
    const found = items.find((api) => api.name === name);
    if (found) return found;
  }
  return undefined;
}

/** The value of an enabled key; a name asked for finds all that begin with it. */
async function keyNamed(client: APIGatewayClient, name: string): Promise<string | undefined> {
  for await (const { items = [] } of paginateGetApiKeys(
    { client },
    { nameQuery: name, includeValues: true },
  )) {
    const found = items.find((key) => key.name === name && key.enabled);
    if (found) return found.value;
  }
  return undefined;
}

function noKey(name: string, known: readonly string[]): CliError {
  const others =
    known.length > 0
      ? `: name one with --key, of ${known.join(', ')}`
      : ' that is enabled: name another with --key';
  return new CliError(`There is no API key ${name}${others}.`);
}

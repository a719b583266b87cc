import { APIGatewayClient, paginateGetApiKeys, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { apiKeyNameOf, apiNameOf, prefixOf } from '@nova/shared/naming';
import { clientSettings, type Place } from './place.ts';

/** Looks up the API of a stage on AWS, and the value of a key; each is undefined when there is none. */
export async function lookUpApi(place: Place, keyName: string) {
  const client = new APIGatewayClient(clientSettings(place));
  const prefix = prefixOf(place.stage);
  const [apiId, key] = await Promise.all([
    findApiId(client, apiNameOf(prefix)),
    findKey(client, apiKeyNameOf(prefix, keyName)),
  ]);
  return { apiId, key };
}

async function findApiId(client: APIGatewayClient, name: string): Promise<string | undefined> {
  for await (const { items = [] } of paginateGetRestApis({ client }, {})) {
    const found = items.find((api) => api.name === name);
    if (found) return found.id;
  }
  return undefined;
}

/** The value of an enabled key. `nameQuery` matches prefixes, so the exact name is compared here. */
async function findKey(client: APIGatewayClient, name: string): Promise<string | undefined> {
  const query = { nameQuery: name, includeValues: true };
  for await (const { items = [] } of paginateGetApiKeys({ client }, query)) {
    const found = items.find((key) => key.name === name && key.enabled);
    if (found) return found.value;
  }
  return undefined;
}

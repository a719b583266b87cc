import { ApiGatewayApiKey } from '@cdktf/provider-aws/lib/api-gateway-api-key/index.js';
import { apiKeyNameOf } from '@nova/shared/naming';
import { Construct } from 'constructs';
import type { Key, Settings } from '../settings.ts';

/** The API's keys; AWS generates their values. They are not part of the API construct, because functions need their ids. */
export class ApiKeys extends Construct {
  readonly all: readonly (Key & { readonly resource: ApiGatewayApiKey })[];

  constructor(scope: Construct, id: string, { prefix, keys }: Settings) {
    super(scope, id);
    this.all = keys.map((key) => {
      const { name, enabled } = key;
      return {
        ...key,
        resource: new ApiGatewayApiKey(this, name, { name: apiKeyNameOf(prefix, name), enabled }),
      };
    });
  }
}

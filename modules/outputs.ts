import type { ApiGatewayApiKey } from '@cdktf/provider-aws/lib/api-gateway-api-key/index.js';
import { tableNames } from '@nova/shared/tables';
import { TerraformOutput, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { Api } from './api/api.ts';
import type { ApiKeys } from './data/api-keys.ts';
import type { Data } from './data/data.ts';
import type { EventBus } from './events/bus.ts';

export interface OutputProps {
  readonly stage: string;
  readonly api: Api;
  readonly keys: ApiKeys;
  readonly bus: EventBus;
  readonly data: Data;
}

/** Outputs of a deployed stage, for scripts and people. */
export function declareOutputs(scope: Construct, { stage, api, keys, bus, data }: OutputProps): void {
  const { tables, content, failures, vectors } = data;
  const output = (name: string, value: unknown, sensitive = false) =>
    new TerraformOutput(scope, name, {
      staticId: true,
      // A token, because CDKTF inspects objects with a function that Node deprecates.
      value: Token.asString(value),
      ...(sensitive ? { sensitive } : {}),
    });
  const perKey = (pick: (key: ApiGatewayApiKey) => string) =>
    Object.fromEntries(keys.all.map(({ name, resource }) => [name, pick(resource)]));

  output('stage', stage);
  output('api_url', api.url);
  output(
    'api_key_ids',
    perKey((key) => key.id),
  );
  output(
    'api_key_values',
    perKey((key) => key.value),
    true,
  );
  output('tables', Object.fromEntries(tableNames.map((name) => [name, tables.get(name).name])));
  output('content_bucket', content.name);
  output('failure_bucket', failures.name);
  output('vector_bucket', vectors.bucketName);
  output('vector_index', vectors.indexName);
  output('event_bus', bus.name);
}

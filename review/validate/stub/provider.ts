import { isDeepStrictEqual } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type Block, schemaOf } from '../schema/bindings.ts';
import { replacing, withNewer } from '../schema/supplement.ts';
import { providerService } from './protocol.ts';
import {
  type DynamicValue,
  isUnknown,
  providerBlock,
  read,
  unknown,
  type Values,
  wire,
  write,
} from './wire.ts';

/** Types that a stack declares. */
export interface Types {
  readonly resources: readonly string[];
  readonly data: readonly string[];
}

interface Request {
  readonly type_name: string;
  readonly config?: DynamicValue;
  readonly prior_state?: DynamicValue;
  readonly proposed_new_state?: DynamicValue;
  readonly planned_state?: DynamicValue;
  readonly current_state?: DynamicValue;
  readonly raw_state?: DynamicValue;
}

/** The account in every made-up ARN. */
const account = '123456789012';

/** A provider that knows the schema, and nothing of AWS. */
export interface StubProvider {
  /** The value of `TF_REATTACH_PROVIDERS`, by which Terraform finds the provider. */
  readonly reattach: string;
  close(): void;
}

/** Starts the provider on a free port of this machine. */
export async function startStubProvider(types: Types): Promise<StubProvider> {
  const server = new Server();
  const handlers = handlersFor(types);
  const calls = Object.entries(handlers).map(([name, answer]) => [
    name,
    (call: { request: Request }, callback: (error: Error | null, answer?: object) => void) => {
      try {
        callback(null, answer(call.request));
      } catch (error) {
        callback(error as Error);
      }
    },
  ]);
  server.addService(providerService, Object.fromEntries(calls));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const address = { Network: 'tcp', String: `127.0.0.1:${port}` };
  const how = { Protocol: 'grpc', ProtocolVersion: 5, Pid: process.pid, Test: true, Addr: address };
  return {
    reattach: JSON.stringify({ 'registry.terraform.io/hashicorp/aws': how }),
    close: () => server.forceShutdown(),
  };
}

function handlersFor({ resources, data }: Types): Readonly<Record<string, (request: Request) => object>> {
  const schemas = (types: readonly string[], kind: 'resource' | 'data') =>
    Object.fromEntries(
      types.map((type) => [type, { version: 0, block: wire(withNewer(type, schemaOf(type, kind))) }]),
    );
  const fine = { diagnostics: [] };
  return {
    GetSchema: () => ({
      provider: { version: 0, block: providerBlock },
      resource_schemas: schemas(resources, 'resource'),
      data_source_schemas: schemas(data, 'data'),
    }),
    PrepareProviderConfig: ({ config }) => ({ prepared_config: config, ...fine }),
    ValidateResourceTypeConfig: ({ type_name: type, config }) => ({
      diagnostics: unconfigurable(type, read(config)),
    }),
    ValidateDataSourceConfig: () => fine,
    Configure: () => fine,
    Stop: () => ({}),
    UpgradeResourceState: ({ raw_state: state }) => ({ upgraded_state: write(read(state)), ...fine }),
    ReadResource: ({ current_state: state }) => ({ new_state: state, ...fine }),
    ReadDataSource: ({ type_name: type, config }) => {
      const schema = schemaOf(type, 'data');
      return { state: write(madeUp(type, asked({ ...read(config) }, schema), schema)), ...fine };
    },
    PlanResourceChange: plan,
    ApplyResourceChange: ({ type_name: type, planned_state: planned }) => {
      const values = read(planned);
      const schema = withNewer(type, schemaOf(type, 'resource'));
      return { new_state: write(values && madeUp(type, values, schema)), ...fine };
    },
  };
}

/** Errors for attributes that only AWS sets, as the provider's own SDK reports them. */
function unconfigurable(type: string, config: Values = {}): object[] {
  return Object.entries(schemaOf(type, 'resource').attributes)
    .filter(([name, { computed, optional }]) => computed && !optional && config[name] != null)
    .map(([name]) => ({
      severity: 1,
      summary: 'Value for unconfigurable attribute',
      detail: `${type}: ${name} is set by AWS`,
    }));
}

/** The planned values of a resource; attributes that AWS sets are unknown until it exists. */
function plan({ type_name: type, prior_state: prior, proposed_new_state: proposed }: Request): object {
  const [before, after] = [read(prior), read(proposed)];
  if (!after) return { planned_state: proposed, requires_replace: [], diagnostics: [] };
  const { attributes } = schemaOf(type, 'resource');
  const planned: Record<string, unknown> = { ...after };
  const replaced = before
    ? (replacing[type] ?? []).filter((name) => !isDeepStrictEqual(before[name], after[name]))
    : [];
  if (!before || replaced.length > 0) {
    for (const [name, { computed, optional }] of Object.entries(attributes)) {
      if (computed && !optional) planned[name] = unknown;
      else if (computed && planned[name] === null && name === 'id') planned[name] = unknown;
    }
  } else if (!isDeepStrictEqual(before, after) && type === 'aws_lambda_function') {
    // A change of a function publishes a version.
    for (const name of ['version', 'qualified_arn', 'qualified_invoke_arn', 'last_modified'])
      planned[name] = unknown;
  }
  const requires_replace = replaced.map((name) => ({ steps: [{ attribute_name: name }] }));
  return { planned_state: write(planned), requires_replace, diagnostics: [] };
}

/** Replaces unknown values, which only AWS would know, with made-up ones. */
function madeUp(type: string, values: Values, { attributes }: Block): Values {
  const made = Object.entries(values).map(([name, value]) => [
    name,
    isUnknown(value) ? madeUpValue(`${type}/${nameIn(values)}`, name, attributes[name]?.type) : value,
  ]);
  return Object.fromEntries(made);
}

const naming = ['name', 'function_name', 'bucket', 'index_name', 'vector_bucket_name', 'alarm_name'];
/** The name of a resource, if it has one. */
const nameIn = (values: Values) =>
  naming.map((name) => values[name]).find((one) => typeof one === 'string') ?? 'made-up';

function madeUpValue(what: string, name: string, kind: unknown): unknown {
  if (name === 'account_id') return account;
  if (kind === 'number') return 1;
  if (kind === 'bool') return false;
  if (kind !== 'string') return null;
  return name.endsWith('arn')
    ? `arn:aws:stub:us-east-1:${account}:${what}${name === 'arn' ? '' : `/${name}`}`
    : `${what}/${name}`;
}

/** Marks all attributes that AWS sets as unknown. */
const asked = (values: Values, { attributes }: Block): Values => ({
  ...values,
  ...Object.fromEntries(
    Object.entries(attributes)
      .filter(([name, { computed }]) => computed && values[name] === null)
      .map(([name]) => [name, unknown]),
  ),
});

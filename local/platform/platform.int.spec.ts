// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  alive,
  functionArguments,
  type PlatformFixture,
  platformFixture,
  until,
} from '../testing/platform-fixture.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';

const sdk = (name: string) => JSON.stringify(import.meta.resolve(`@aws-sdk/client-${name}`));
const role = (name: string) => ({ role: `\${aws_iam_role.${name}.arn}` });
const policy = (name: string, ...statements: [action: string, resource: string][]) => ({
  role: `\${aws_iam_role.${name}.name}`,
  policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
  }),
});
const environment = {
  environment: { variables: { TABLE: '${aws_dynamodb_table.t.name}', BUCKET: '${aws_s3_bucket.b.bucket}' } },
};
const rest = {
  rest_api_id: '${aws_api_gateway_rest_api.a.id}',
  resource_id: '${aws_api_gateway_resource.r.id}',
};

/** write: API → table → stream → copy: table → bucket → default bus → mark: bucket → table → read by the API. */
const resources = {
  aws_dynamodb_table: {
    t: {
      name: 'notes',
      hash_key: 'pk',
      attribute: [{ name: 'pk', type: 'S' }],
      stream_enabled: true,
      stream_view_type: 'NEW_IMAGE',
    },
  },
  aws_s3_bucket: { b: { bucket: 'copies' } },
  aws_s3_bucket_notification: { n: { bucket: '${aws_s3_bucket.b.bucket}', eventbridge: true } },
  aws_lambda_function: {
    api: functionArguments('api', { ...role('api'), ...environment }),
    copy: functionArguments('copy', { ...role('copy'), ...environment }),
    mark: functionArguments('mark', { ...role('mark'), ...environment }),
  },
  aws_iam_role: Object.fromEntries(
    ['api', 'copy', 'mark'].map((name) => [name, { name, assume_role_policy: '{}' }]),
  ),
  aws_iam_role_policy: {
    api: policy(
      'api',
      ['dynamodb:PutItem', '${aws_dynamodb_table.t.arn}'],
      ['dynamodb:GetItem', '${aws_dynamodb_table.t.arn}'],
    ),
    copy: policy(
      'copy',
      ['dynamodb:DescribeStream', '${aws_dynamodb_table.t.stream_arn}'],
      ['dynamodb:GetShardIterator', '${aws_dynamodb_table.t.stream_arn}'],
      ['dynamodb:GetRecords', '${aws_dynamodb_table.t.stream_arn}'],
      ['s3:PutObject', '${aws_s3_bucket.b.arn}/*'],
    ),
    mark: policy('mark', ['dynamodb:UpdateItem', '${aws_dynamodb_table.t.arn}']),
  },
  aws_lambda_event_source_mapping: {
    m: {
      event_source_arn: '${aws_dynamodb_table.t.stream_arn}',
      function_name: '${aws_lambda_function.copy.arn}',
      starting_position: 'TRIM_HORIZON',
      filter_criteria: { filter: [{ pattern: '{"eventName":["INSERT"]}' }] },
    },
  },
  aws_cloudwatch_event_rule: {
    r: { name: 'arrivals', event_bus_name: 'default', event_pattern: '{"source":["aws.s3"]}' },
  },
  aws_cloudwatch_event_target: {
    t: {
      rule: '${aws_cloudwatch_event_rule.r.name}',
      event_bus_name: 'default',
      arn: '${aws_lambda_function.mark.arn}',
    },
  },
  aws_lambda_permission: {
    rule: {
      function_name: '${aws_lambda_function.mark.function_name}',
      principal: 'events.amazonaws.com',
      action: 'lambda:InvokeFunction',
      source_arn: '${aws_cloudwatch_event_rule.r.arn}',
    },
    api: {
      function_name: '${aws_lambda_function.api.function_name}',
      principal: 'apigateway.amazonaws.com',
      action: 'lambda:InvokeFunction',
      source_arn: '${aws_api_gateway_rest_api.a.execution_arn}/v1/*/*',
    },
  },
  aws_api_gateway_rest_api: { a: { name: 'api' } },
  aws_api_gateway_resource: {
    r: { parent_id: '${aws_api_gateway_rest_api.a.root_resource_id}', path_part: '{id}' },
  },
  aws_api_gateway_method: {
    m: { ...rest, http_method: 'ANY', authorization: 'NONE', api_key_required: true },
  },
  aws_api_gateway_integration: {
    i: { ...rest, http_method: 'ANY', type: 'AWS_PROXY', uri: '${aws_lambda_function.api.invoke_arn}' },
  },
  aws_api_gateway_deployment: { d: {} },
  aws_api_gateway_stage: {
    s: {
      rest_api_id: '${aws_api_gateway_rest_api.a.id}',
      stage_name: 'v1',
      deployment_id: '${aws_api_gateway_deployment.d.id}',
    },
  },
  aws_api_gateway_api_key: { k: { name: 'developer' } },
  aws_api_gateway_usage_plan: {
    p: { api_stages: [{ api_id: '${aws_api_gateway_rest_api.a.id}', stage: 'v1' }] },
  },
  aws_api_gateway_usage_plan_key: {
    k: { key_id: '${aws_api_gateway_api_key.k.id}', usage_plan_id: '${aws_api_gateway_usage_plan.p.id}' },
  },
};

const bundles = {
  api: `import { DynamoDBClient, GetItemCommand, PutItemCommand, DeleteItemCommand } from ${sdk('dynamodb')};
    const db = new DynamoDBClient({}); const TableName = process.env.TABLE;
    const answer = (statusCode, body) => ({ statusCode, body: JSON.stringify(body) });
    export const handler = async ({ httpMethod, pathParameters: { id } }) => {
      if (id === 'pid') return answer(200, { pid: process.pid });
      const pk = { S: id };
      if (httpMethod === 'PUT') { await db.send(new PutItemCommand({ TableName, Item: { pk } })); return answer(201, {}); }
      if (httpMethod === 'DELETE') {
        try { await db.send(new DeleteItemCommand({ TableName, Key: { pk } })); return answer(204, {}); }
        catch (error) { return answer(500, { name: error.name, message: error.message }); }
      }
      const { Item } = await db.send(new GetItemCommand({ TableName, Key: { pk }, ConsistentRead: true }));
      return answer(Item ? 200 : 404, Item ?? {});
    };`,
  copy: `import { S3Client, PutObjectCommand } from ${sdk('s3')};
    const s3 = new S3Client({});
    export const handler = async ({ Records }) => { for (const { dynamodb } of Records)
      await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: dynamodb.Keys.pk.S, Body: JSON.stringify(dynamodb.NewImage) })); };`,
  mark: `import { DynamoDBClient, UpdateItemCommand } from ${sdk('dynamodb')};
    const db = new DynamoDBClient({});
    export const handler = async ({ detail }) => db.send(new UpdateItemCommand({ TableName: process.env.TABLE,
      Key: { pk: { S: detail.object.key } }, UpdateExpression: 'SET copied = :t', ExpressionAttributeValues: { ':t': { BOOL: true } } }));`,
};

let fixture: PlatformFixture;
let platform: Platform | undefined;
let child: ChildProcess | undefined;

beforeEach(() => {
  fixture = platformFixture();
  for (const [name, code] of Object.entries(bundles)) fixture.bundle(name, code);
  fixture.stack(resources);
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await platform?.close();
  platform = undefined;
  child = undefined;
  fixture.dispose();
});

const options = (): PlatformOptions => ({
  stackFile: fixture.stackFile,
  distDirectory: fixture.distDirectory,
  dataDirectory: fixture.dataDirectory,
  port: 0,
  logger: fixture.logger,
});
interface Address {
  readonly url: string;
  readonly key: string;
}
const addressOf = ({ url, apiKeys }: Pick<Platform, 'url' | 'apiKeys'>): Address => ({
  url,
  key: apiKeys.developer ?? '',
});
async function call({ url, key }: Address, method: string, id: string) {
  const response = await fetch(`${url}/v1/${id}`, { method, headers: { 'x-api-key': key } });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text || '{}') };
}
async function copied(address: Address, id: string): Promise<boolean> {
  return (await call(address, 'GET', id)).body.copied?.BOOL === true;
}
async function untilCopied(address: Address, id: string): Promise<void> {
  const end = performance.now() + 300_000;
  while (!(await copied(address, id))) {
    if (performance.now() > end) throw new Error(`${id} was never copied: ${fixture.messages.join('\n')}`);
  }
}

/** Starts the platform in a process of its own, which can be killed. */
async function startApart(): Promise<Address> {
  const { logger: _, ...plain } = options();
  const code = `
    import { startPlatform } from ${JSON.stringify(new URL('./platform.ts', import.meta.url).href)};
    const say = (message) => console.error(message);
    const platform = await startPlatform({ ...${JSON.stringify(plain)}, logger: { info: say, warn: say, error: say } });
    const { url, apiKeys } = platform;
    console.log(JSON.stringify({ url, apiKeys }));
    process.on('SIGTERM', () => platform.close().then(() => process.exit(0)));`;
  child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout as NodeJS.ReadableStream), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(errors))),
  ]);
  return addressOf(JSON.parse(line));
}

describe('the platform', () => {
  it('passes a request through every service, each limited to its role', async () => {
    platform = await startPlatform(options());
    const address = addressOf(platform);

    expect((await call(address, 'PUT', 'a')).status).toBe(201);
    await untilCopied(address, 'a');

    const s3 = new S3Client({
      endpoint: platform.awsEndpoint,
      region: 'us-east-1',
      credentials: platform.developer,
      forcePathStyle: true,
    });
    const object = await s3.send(new GetObjectCommand({ Bucket: 'copies', Key: 'a' }));
    expect(await object.Body?.transformToString()).toBe('{"pk":{"S":"a"}}');
    const denied = await call(address, 'DELETE', 'a');
    expect(denied.body).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'not authorized to perform: dynamodb:DeleteItem on resource: arn:aws:dynamodb',
      ),
    });
    expect((await call({ ...address, key: 'no' }, 'GET', 'a')).status).toBe(403);
    s3.destroy();
  });

  it('loses no acknowledged data when it is killed with -9, leaves no process, and continues', async () => {
    const before = await startApart();
    const { body } = await call(before, 'GET', 'pid');
    const ids = Array.from({ length: 20 }, (_, index) => `k${index}`);
    await Promise.all(ids.map(async (id) => expect((await call(before, 'PUT', id)).status).toBe(201)));

    child?.kill('SIGKILL');
    await until('its processes to end', () => !alive(body.pid));
    await until('the engine to end', () => !holders(fixture.dataDirectory).length);
    platform = await startPlatform(options());

    const after = addressOf(platform);
    expect(after.key).toBe(before.key);
    for (const id of ids) await untilCopied(after, id);
  });

  it('leaves no process when it ends', async () => {
    const address = await startApart();
    const { body } = await call(address, 'GET', 'pid');

    child?.kill('SIGTERM');
    const [code] = await once(child as ChildProcess, 'exit');

    expect(code).toBe(0);
    await until('its processes to end', () => !alive(body.pid) && !holders(fixture.dataDirectory).length);
  });

  it('runs rebuilt functions, and the others while one is broken', async () => {
    fixture.bundle('mark', 'export const handler = (');
    platform = await startPlatform(options());
    const address = addressOf(platform);
    expect((await call(address, 'PUT', 'a')).status).toBe(201);
    await until('the broken one to be named', () =>
      fixture.messages.some((line) => line.includes('mark does not start')),
    );

    fixture.bundle('mark', bundles.mark);

    await untilCopied(address, 'a');
  });

  it('names the invalid setting when it does not start', async () => {
    platform = await startPlatform(options());
    const again = { ...options(), dataDirectory: join(fixture.directory, 'other') };
    const port = Number(new URL(platform.url).port);

    await expect(startPlatform(options())).rejects.toThrow(/Another Nova runs on/);
    await expect(startPlatform({ ...again, port })).rejects.toThrow(`Port ${port} is taken`);
    await expect(startPlatform({ ...again, stackFile: '/none' })).rejects.toThrow(/make synth/);
    await expect(startPlatform({ ...again, environment: { NOVA_MODELS: 'x' } })).rejects.toThrow(
      /NOVA_MODELS/,
    );
    await expect(startPlatform({ ...again, environment: { DYNAMODB_ENDPOINT: 'x' } })).rejects.toThrow(
      /DYNAMODB_ENDPOINT/,
    );
  });

  it('runs from relative paths', async () => {
    const relativeTo = (path: string) => relative(process.cwd(), path);
    platform = await startPlatform({
      ...options(),
      stackFile: relativeTo(fixture.stackFile),
      distDirectory: relativeTo(fixture.distDirectory),
      dataDirectory: relativeTo(fixture.dataDirectory),
    });

    expect((await call(addressOf(platform), 'GET', 'pid')).status).toBe(200);
  });

  const otherTables = () => {
    const { t } = resources.aws_dynamodb_table;
    const table = { ...t, hash_key: 'id', attribute: [{ name: 'id', type: 'S' }] };
    fixture.stack({ ...resources, aws_dynamodb_table: { t: table } });
  };
  const unknownIntegration = () => {
    const i = { ...rest, http_method: 'ANY', type: 'MOCK' };
    fixture.stack({ ...resources, aws_api_gateway_integration: { i } });
  };
  const unwritablePort = () => {
    const file = join(fixture.dataDirectory, 'aws-port');
    rmSync(file);
    mkdirSync(file);
  };

  it.each([
    ['a table has other keys', otherTables, /other keys/],
    ['the API cannot be run', unknownIntegration, /AWS_PROXY/],
    ['the endpoint cannot keep its port', unwritablePort, /EISDIR/],
  ])('leaves no resource open when it does not start: %s', async (_, breakIt, problem) => {
    await (await startPlatform(options())).close();
    const listening = servers();
    breakIt();

    await expect(startPlatform(options())).rejects.toThrow(problem);

    expect(openFiles(fixture.dataDirectory)).toEqual([]);
    expect(servers()).toEqual(listening);
    await until('its processes to end', () => !holders(fixture.dataDirectory).length);
    fixture.stack(resources);
    rmSync(join(fixture.dataDirectory, 'aws-port'), { recursive: true });
    platform = await startPlatform(options());
  });

  it('leaves no resource of its own open when its port is taken', async () => {
    platform = await startPlatform(options());
    const other = join(fixture.directory, 'other');
    const port = Number(new URL(platform.url).port);

    await expect(startPlatform({ ...options(), dataDirectory: other, port })).rejects.toThrow('is taken');

    expect(openFiles(other)).toEqual([]);
  });

  it('refuses API Gateway an invocation that no permission of the stack allows', async () => {
    const { api: _, ...permissions } = resources.aws_lambda_permission;
    fixture.stack({ ...resources, aws_lambda_permission: permissions });
    platform = await startPlatform(options());

    expect((await call(addressOf(platform), 'GET', 'a')).status).toBe(502);
  });

  it('prints enabled API keys only', async () => {
    const { aws_api_gateway_api_key: keys, aws_api_gateway_usage_plan_key: members } = resources;
    const retired = { ...members.k, key_id: '${aws_api_gateway_api_key.a.id}' };
    fixture.stack({
      ...resources,
      aws_api_gateway_api_key: { a: { name: 'retired', enabled: false }, ...keys },
      aws_api_gateway_usage_plan_key: { a: retired, ...members },
    });

    platform = await startPlatform(options());

    expect(Object.keys(platform.apiKeys)).toEqual(['developer']);
  });

  it('names the resource types of the stack that it does not run', async () => {
    fixture.stack({ ...resources, aws_kinesis_stream: { s: {} } });

    platform = await startPlatform(options());

    expect(fixture.messages).toContain(
      'warn: The local platform does not run these resources of the stack: aws_kinesis_stream (1).',
    );
  });
});

/** Processes with a directory in their command line; none where the system has no /proc. */
function holders(directory: string): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(directory);
    } catch {
      return false;
    }
  });
}

/** Files of a directory that this process has open; none where the system has no /proc. */
function openFiles(directory: string): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd')
    .map((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`);
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(directory));
}

/** Sockets on which this process listens. */
const servers = () => process.getActiveResourcesInfo().filter((kind) => /^(TCPServer|UDP)/.test(kind));

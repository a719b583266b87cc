// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { UserError } from '@nova/shared/run-main';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alive, type PlatformFixture, platformFixture, until } from '../testing/platform-fixture.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { bundles, resources, rest } from './testing/notes-stack.ts';

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
  const end = performance.now() + 900_000;
  while (!(await copied(address, id))) {
    if (performance.now() > end) throw new Error(`${id} was never copied: ${fixture.messages.join('\n')}`);
    await delay(50);
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
    const i = { ...rest, http_method: 'ANY', type: 'HTTP' };
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
    const listening = servers().length;
    await (await startPlatform(options())).close();
    breakIt();

    await expect(startPlatform(options())).rejects.toThrow(problem);

    expect(openFiles(fixture.dataDirectory)).toEqual([]);
    // The handles of closed sockets may live until the next turn of the event loop.
    await until('its sockets to close', () => servers().length <= listening);
    await until('its processes to end', () => !holders(fixture.dataDirectory).length);
    fixture.stack(resources);
    rmSync(join(fixture.dataDirectory, 'aws-port'), { recursive: true });
    platform = await startPlatform(options());
  });

  it.each([
    ['api-keys.json', /start with empty data: /],
    ['aws-port', /Delete it: the endpoint then takes another port/],
    ['credentials.seed', /start with empty data: /],
    ['dynamodb.db', /start with empty data: /],
    ['eventbridge.db', /start with empty data: /],
    ['gateway.db', /start with empty data: /],
    ['lambda.db', /start with empty data: /],
    ['lock.db', /Delete it: it holds no data\./],
    ['s3/index.db', /start with empty data: /],
    ['s3vectors.db', /start with empty data: /],
    ['sqs.db', /start with empty data: /],
    ['streams.db', /start with empty data: /],
    ['transcribe.db', /start with empty data: /],
    ['scheduler.db', /start with empty data: /],
  ])('names the file and the remedy when %s is damaged, and leaves nothing open', async (name, remedy) => {
    await (await startPlatform(options())).close();
    const file = join(fixture.dataDirectory, name);
    expect(existsSync(file)).toBe(true);
    writeFileSync(file, 'not what it was '.repeat(1000));

    const error = await startPlatform(options()).catch((failure: unknown) => failure);

    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(new RegExp(`^${file} is damaged \\([^\n]+\\)\\. [^\n]+$`));
    expect((error as Error).message).toMatch(remedy);
    expect(openFiles(fixture.dataDirectory)).toEqual([]);
  });

  it('overwrites what was deleted from the tables, at the next start', async () => {
    const { t } = resources.aws_dynamodb_table;
    const keys = { name: 'keys', hash_key: t.hash_key, attribute: t.attribute };
    fixture.stack({ ...resources, aws_dynamodb_table: { t, keys } });
    platform = await startPlatform(options());
    const { awsEndpoint, developer } = platform;
    const client = new DynamoDBClient({ endpoint: awsEndpoint, region: 'us-east-1', credentials: developer });
    const item = { pk: { S: 'i' }, secret: { S: 'what was said in confidence' } };
    await client.send(new PutItemCommand({ TableName: 'keys', Item: item }));
    await client.send(new DeleteItemCommand({ TableName: 'keys', Key: { pk: { S: 'i' } } }));
    client.destroy();
    await platform.close();

    platform = await startPlatform(options());

    const files = readdirSync(fixture.dataDirectory).filter((name) => name.startsWith('dynamodb.db'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      expect(readFileSync(join(fixture.dataDirectory, name)).includes('in confidence')).toBe(false);
    }
  });

  it('does not start with empty tables beside other data', async () => {
    await (await startPlatform(options())).close();
    rmSync(join(fixture.dataDirectory, 'dynamodb.db'));

    await expect(startPlatform(options())).rejects.toThrow(
      /dynamodb\.db is missing, but other data is there\./,
    );
    expect(existsSync(join(fixture.dataDirectory, 'dynamodb.db'))).toBe(false);
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

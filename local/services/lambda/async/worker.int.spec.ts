// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Warden } from '../../../process/warden.ts';
import { loadStack } from '../../../stack/load.ts';
import {
  functionArguments,
  type PlatformFixture,
  platformFixture,
  until,
} from '../../../testing/platform-fixture.ts';
import { Lambda } from '../lambda.ts';
import { AsyncQueue } from './queue.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:work';
const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/nova-dev';

let fixture: PlatformFixture;
let warden: Warden;
let lambda: Lambda;
let published: Record<string, unknown>[];
let queued: [string, string][];
let written: [string, string][];

beforeEach(() => {
  fixture = platformFixture();
  warden = new Warden();
  published = [];
  queued = [];
  written = [];
});
afterEach(() => {
  lambda.close();
  warden.close();
  fixture.dispose();
});

/** The function records each attempt in a file, and fails while its code says so. */
function up(
  code: string,
  onFailure = bus,
  settings: object = {},
  args: object = {},
  equalPriorities = false,
): void {
  fixture.bundle(
    'work',
    `import { appendFileSync } from 'node:fs';
     const note = (line) => appendFileSync(${JSON.stringify(attemptsFile())}, line + '\\n');
     export const handler = async (event, context) => { note(context.awsRequestId); ${code} };`,
  );
  start(onFailure, settings, args, equalPriorities);
}

function start(onFailure: string, settings: object = {}, args: object = {}, equalPriorities = false): void {
  lambda = new Lambda({
    stack: fixture.stack({
      aws_lambda_function: { f: functionArguments('work', args) },
      aws_api_gateway_api_key: { one: { name: 'one' }, other: { name: 'other' } },
      aws_lambda_function_event_invoke_config: {
        c: {
          function_name: '${aws_lambda_function.f.function_name}',
          destination_config: { on_failure: { destination: onFailure } },
          ...settings,
        },
      },
    }),
    distDirectory: fixture.distDirectory,
    dataDirectory: fixture.dataDirectory,
    platform: {
      region: 'us-east-1',
      awsEndpoint: () => 'http://127.0.0.1:1',
      xrayAddress: '127.0.0.1:2',
      credentialsOf: () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
    },
    destinations: () => ({
      events: { publish: (event) => void published.push(event) },
      queues: { send: (queue, body) => void queued.push([queue, body]) },
      objects: {
        read: async () => undefined,
        write: async (bucket, key, body) =>
          void written.push([`${bucket}/${key}`, Buffer.from(body).toString()]),
      },
    }),
    authorise: () => {},
    warden,
    logger: fixture.logger,
    retryDelaysMs: [10, 20],
    equalPriorities,
  });
  lambda.start();
}

/** Ids of the API keys of the stack. */
const keys = () =>
  loadStack(fixture.stackFile)
    .of('aws_api_gateway_api_key')
    .map(({ values }) => String(values.id));

const attemptsFile = () => join(fixture.directory, 'attempts');
/** The lines that are written; a file that was only just created has none. */
const attempts = () =>
  existsSync(attemptsFile()) ? readFileSync(attemptsFile(), 'utf8').split('\n').filter(Boolean) : [];

it('retries with the same request id, then puts Lambda’s failure record on the event bus', async () => {
  up(`throw new RangeError('never');`);

  lambda.enqueue(arn, { task: 1 });

  const [event] = await until('the failure on the bus', () => published.length > 0 && published);
  expect(attempts()).toHaveLength(3);
  expect(new Set(attempts()).size).toBe(1);
  expect(event).toMatchObject({
    bus: 'nova-dev',
    source: 'lambda',
    detailType: 'Lambda Function Invocation Result - Failure',
    resources: [`${arn}:$LATEST`, bus],
    detail: {
      version: '1.0',
      requestContext: {
        requestId: attempts()[0],
        functionArn: `${arn}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { task: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'RangeError', errorMessage: 'never', trace: expect.any(Array) },
    },
  });
});

it('stops at the first success, or after the number of retries in the stack', async () => {
  up(`if (event.fail) throw new Error('no');`, 'arn:aws:sqs:us-east-1:000000000000:dead', {
    maximum_retry_attempts: 0,
  });

  lambda.enqueue(arn, { fail: false });
  lambda.enqueue(arn, { fail: true });

  const [dead] = await until('the dead letter', () => queued.length > 0 && queued);
  await until('both attempts', () => attempts().length === 2);
  expect(JSON.parse(dead?.[1] ?? '')).toMatchObject({ requestPayload: { fail: true } });
  expect(queued).toHaveLength(1);
});

it('drops an event that is older than the maximum age, without running it', async () => {
  const queue = new AsyncQueue(join(fixture.dataDirectory, 'lambda.db'));
  queue.add({ functionArn: arn, apiKey: '', payload: '{"late":true}' }, Date.now() - 61_000);
  queue.close();

  up('', bus, { maximum_event_age_in_seconds: 60 });

  const [event] = await until('the failure on the bus', () => published.length > 0 && published);
  expect(event?.detail).toMatchObject({
    requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
    requestPayload: { late: true },
  });
  expect(event?.detail).not.toHaveProperty('responsePayload');
  expect(attempts()).toEqual([]);
});

it('writes the failure record to a bucket under Lambda’s key, and to the function’s dead letter queue', async () => {
  up(
    `throw new Error('no');`,
    'arn:aws:s3:::failures',
    { maximum_retry_attempts: 0 },
    { dead_letter_config: { target_arn: 'arn:aws:sqs:us-east-1:000000000000:own' } },
  );

  lambda.enqueue(arn, 'event');

  await until('both', () => written.length === 1 && queued.length === 1);
  expect(written[0]?.[0]).toMatch(
    /^failures\/aws\/lambda\/async\/work\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}$/,
  );
  expect(queued).toEqual([['arn:aws:sqs:us-east-1:000000000000:own', '"event"']]);
});

it('delivers an event again when the platform stopped during its invocation', async () => {
  const gate = join(fixture.directory, 'gate');
  up(`const { existsSync } = await import('node:fs');
      while (!existsSync(${JSON.stringify(gate)})) await new Promise((k) => setTimeout(k, 10));`);
  lambda.enqueue(arn, {});
  await until('the first attempt', () => attempts().length === 1);
  lambda.close();
  writeFileSync(gate, '');

  start(bus);

  await until('the second attempt', () => attempts().length === 2);
  expect(new Set(attempts()).size).toBe(1);
  expect(published).toEqual([]);
  expect(readdirSync(fixture.dataDirectory)).toContain('lambda.db');
});

it('delivers every one of many events, each once', async () => {
  up(`note('event ' + event.n);`);

  for (let n = 0; n < 200; n++) lambda.enqueue(arn, { n });

  const numbers = () => attempts().filter((line) => line.startsWith('event '));
  await until('all of them', () => numbers().length === 200, 20_000);
  expect(new Set(numbers()).size).toBe(200);
});

it('refuses a function that does not exist', () => {
  up('');

  expect(() => lambda.enqueue(`${arn}-none`, {})).toThrow(/Function not found/);
});

it('runs the event of another key while those of the first, which come before it, do not end', async () => {
  up(`note(event.name);
      const { existsSync } = await import('node:fs');
      while (event.name.endsWith('waits') && !existsSync(event.until)) await new Promise((resolve) => setTimeout(resolve, 20));`);
  const file = join(fixture.directory, 'end');
  const [first, other] = keys();
  for (let n = 0; n < 20; n += 1) lambda.enqueue(arn, { name: `${first} waits`, until: file });

  lambda.enqueue(arn, { name: `${other}` });

  await until('the event of the other key', () => attempts().includes(`${other}`));
  expect(attempts().filter((line) => line === `${first} waits`).length).toBeLessThan(8);
  writeFileSync(file, '');
  await until('the end of all', () => lambda.waiting === 0);
});

it('runs at a lower priority in a crowded place, and the next one at full priority', async () => {
  up(`const { getPriority } = await import('node:os');
      note(getPriority());`);
  const run = async (isCrowded: boolean) => {
    await lambda.invoke(arn, {}, undefined, { place: { isCrowded, leave() {} } });
    return Number(attempts().at(-1));
  };

  const [ordinary, crowded, again, crowdedAgain] = [
    await run(false),
    await run(true),
    await run(false),
    await run(true),
  ] as const;

  expect(crowded).toBeGreaterThan(ordinary);
  expect([again, crowdedAgain]).toEqual([ordinary, crowded]);
});

it('runs at the priority of the platform everywhere, where priorities are equal', async () => {
  up(
    `const { getPriority } = await import('node:os');
      const end = process.cpuUsage().user + 1.5e6;
      while (event.long && process.cpuUsage().user < end);
      note(getPriority());`,
    bus,
    {},
    { timeout: 900 },
    true,
  );

  await lambda.invoke(arn, {}, undefined, { place: { isCrowded: true, leave() {} } });
  lambda.enqueue(arn, { long: true });
  await until('the end of the second', () => attempts().length === 4);

  expect(attempts().filter((_, at) => at % 2 === 1)).toEqual(Array(2).fill(String(getPriority())));
});

it('lets others go first once it has used half a second of a processor, and the next one starts at full priority', async () => {
  const code = `const { getPriority } = await import('node:os');
      const first = getPriority();
      while (event.long && getPriority() === first);
      note([first, getPriority()].join());`;
  // On a busy machine it takes long to use half a second of a processor.
  up(code, bus, {}, { timeout: 900 });

  lambda.enqueue(arn, { long: true });
  await until('the end of the first', () => attempts().length === 2);
  lambda.enqueue(arn, { long: false });
  await until('the end of the second', () => attempts().length === 4);

  const [, first = '', , second] = attempts();
  const [full = '', lowered = ''] = first.split(',');
  expect(Number(lowered)).toBeGreaterThan(Number(full));
  expect(second).toBe(`${full},${full}`);
});

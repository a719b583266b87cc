import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UserError } from '@nova/shared/run-main';
import { type Platform, startPlatform } from './platform/platform.ts';
import { readSettings, type Settings } from './platform/settings.ts';
import { writeAddress } from './terminal/address-file.ts';
import {
  dataRow,
  functionsRow,
  modelsRow,
  picturesRow,
  type Row,
  readyMessage,
  servicesTable,
  soundRow,
  tablesRow,
} from './terminal/banner.ts';
import { requestLine } from './terminal/request-line.ts';
import { print, styled, terminalLogger } from './terminal/terminal.ts';

/** The platform in a terminal: `make dev`. */

// Files of the platform, and of every process it starts, are its user's alone.
process.umask(0o077);

const root = join(import.meta.dirname, '..');
/** Milliseconds that an orderly shutdown may take before the process exits anyway; the warden then kills the rest. */
const stopLimitMs = 5000;

let platform: Platform | undefined;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  print(`\n${styled('bold', 'Nova Platform')} ${styled('dim', 'on this machine')}\n`);
  platform = await startPlatform({
    stackFile: join(root, 'cdktf.out', 'stacks', 'nova-platform', 'cdk.tf.json'),
    distDirectory: join(root, 'lambdas', 'dist'),
    dataDirectory: settings.dataDirectory,
    port: settings.port,
    logger: terminalLogger,
    environment: process.env,
    lambda: { timeoutFactor: settings.timeoutFactor, equalPriorities: settings.equalPriorities },
    onServed: (served) => print(requestLine(served)),
    onFatal: (error) => void stop(error),
  });
  const addressFile = writeAddress(settings.dataDirectory, devAddress(platform));
  process.once('exit', () => rmSync(addressFile, { force: true }));
  print(servicesTable(rowsOf(platform, settings)));
  print();
  print(
    readyMessage({
      url: platform.url,
      stage: platform.stage,
      key: Object.values(platform.apiKeys)[0] ?? '',
      tookMs: performance.now(),
    }),
  );
}

const devAddress = ({ url, apiKeys, stackStage, awsEndpoint, region, accountId, developer }: Platform) => ({
  url,
  apiKeys,
  stage: stackStage,
  aws: { endpoint: awsEndpoint, region, accountId, credentials: developer },
});

function rowsOf(
  { url, stage, awsEndpoint, functions, engine, models, faults }: Platform,
  { dataDirectory, timeoutFactor }: Settings,
): Row[] {
  const inside = relative(process.cwd(), dataDirectory);
  const data = inside === '' || inside.startsWith('..') ? dataDirectory : inside;
  return [
    ['API', `${url}/${stage}`, 'API Gateway: keys, throttles and validation of the stack'],
    functionsRow(functions, timeoutFactor),
    [
      'AWS',
      awsEndpoint,
      'DynamoDB, S3, S3 Vectors, EventBridge, SQS, Bedrock; signed requests, IAM enforced',
    ],
    tablesRow(engine, faults.dynamodb),
    modelsRow(models.real !== undefined, faults.models),
    ...(models.real ? [] : [picturesRow(models.pictures !== undefined)]),
    soundRow(models.sound !== undefined),
    dataRow(data),
  ];
}

/** Stops the platform in order; a second signal exits at once. */
async function stop(error?: unknown): Promise<void> {
  if (error) report(error);
  const limit = setTimeout(() => process.exit(1), stopLimitMs);
  await platform?.close();
  clearTimeout(limit);
  process.exit(error ? 1 : 0);
}

function report(error: unknown): void {
  // Any other error is a bug: its stack trace says where.
  terminalLogger.error(error instanceof UserError ? error.message : String((error as Error).stack ?? error));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    print(styled('dim', '\nStopping'));
    process.once(signal, () => process.exit(1));
    void stop();
  });
}
process.on('uncaughtException', (error) => void stop(error));
process.on('unhandledRejection', (error) => void stop(error));

await main().catch((error: unknown) => stop(error));

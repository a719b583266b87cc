import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Platform, startPlatform } from '../../../local/platform/platform.ts';
import { temporaryData } from './dev.ts';

const stackFile = resolve('cdktf.out/stacks/nova-platform/cdk.tf.json');

/** The platform inside the test's own process, for tests that inspect what is behind the API. */
export interface InProcess {
  readonly platform: Platform;
  /** Its data directory. */
  readonly data: string;
  /** Client settings of the developer, who may do anything. */
  readonly aws: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: Platform['developer'];
  };
  close(): Promise<void>;
}

/** Settings of a stage that differ from those that the stack was synthesized with. */
export interface StageSettings {
  /** Tokens that a key may use per day. */
  readonly tokensPerDay?: number;
  /** Jobs of a key that may run, and that may run or wait. */
  readonly jobBounds?: { readonly running: number; readonly open: number };
  /** Requests of a key: the burst, and the number per second. */
  readonly keyThrottle?: { readonly burst: number; readonly rate: number };
  /** The region, for which the stack is synthesized anew. */
  readonly region?: string;
  /** Internal hosts that webhooks may call. */
  readonly webhookInternalHosts?: readonly string[];
  /** Pairs of keys by name, besides the stack's own: one as the developer's, one with a budget as the guest's. */
  readonly keys?: readonly { readonly developer: string; readonly guest: string }[];
}

/** Starts the synthesized stack with the built bundles, a free port and its own data. */
export async function startInProcess(settings: StageSettings = {}): Promise<InProcess> {
  const data = await temporaryData();
  const { webhookInternalHosts: hosts } = settings;
  const platform = await startPlatform({
    stackFile: await stackWith(settings, data.path),
    distDirectory: resolve('lambdas/dist'),
    dataDirectory: data.path,
    port: 0,
    // On a busy machine, functions that let others go first would hardly get on.
    lambda: { equalPriorities: true },
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    ...(hosts ? { environment: { TF_VAR_webhook_internal_hosts: JSON.stringify(hosts) } } : {}),
  });
  return {
    platform,
    data: data.path,
    aws: { endpoint: platform.awsEndpoint, region: platform.region, credentials: platform.developer },
    async close() {
      await platform.close();
      await data.remove();
    },
  };
}

/** The stack with these settings of the stage. */
async function stackWith(settings: StageSettings, directory: string): Promise<string> {
  const { tokensPerDay, jobBounds, keyThrottle, region, keys } = settings;
  const text = region === undefined ? await readFile(stackFile, 'utf8') : await inRegion(region);
  const stack = JSON.parse(text, (name, value) => {
    if (keyThrottle && name === 'aws_api_gateway_usage_plan') return throttled(value, keyThrottle);
    if (jobBounds && name === 'JOB_BOUNDS') {
      return String(value).replace(/("all":)\[[^\]]*\]/, `$1[${jobBounds.running},${jobBounds.open}]`);
    }
    if (tokensPerDay === undefined || name !== 'TOKEN_BUDGETS') return value;
    return String(value).replace(/("perDay":)\d+/, `$1${tokensPerDay}`);
  });
  const file = join(directory, 'cdk.tf.json');
  await writeFile(file, JSON.stringify(keys ? withKeys(stack, keys) : stack));
  return file;
}

/** Loaded when needed: CDKTF takes longer to load than the platform takes to start. */
async function inRegion(region: string): Promise<string> {
  const { stackInRegion } = await import('./stack-in-region.ts');
  return stackInRegion(region);
}

const throttled = (plans: Record<string, object>, { burst, rate }: { burst: number; rate: number }) =>
  Object.fromEntries(
    Object.entries(plans).map(([name, plan]) => [
      name,
      { ...plan, throttle_settings: { burst_limit: burst, rate_limit: rate } },
    ]),
  );

interface Stack {
  readonly resource: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** The stack with more keys, each a copy of the stack's own: in the same plan, and with the same budget. */
function withKeys(stack: Stack, pairs: NonNullable<StageSettings['keys']>): Stack {
  const all = pairs.flatMap(({ developer, guest }) => [
    { name: developer, like: 'developer' },
    { name: guest, like: 'guest' },
  ]);
  const { aws_api_gateway_api_key: own = {}, aws_api_gateway_usage_plan_key: planned = {} } = stack.resource;
  const idLike = (resources: object, like: string) =>
    Object.keys(resources).find((id) => id.includes(`_${like}`)) ?? '';
  const keys = all.map(({ name, like }) => [name, { ...own[idLike(own, like)], name }]);
  const places = all.map(({ name, like }) => {
    const place = planned[idLike(planned, like)];
    return [name, { ...place, key_id: `\${aws_api_gateway_api_key.${name}.id}` }];
  });
  const budgeted = JSON.stringify({
    ...stack.resource,
    aws_api_gateway_api_key: { ...own, ...Object.fromEntries(keys) },
    aws_api_gateway_usage_plan_key: { ...planned, ...Object.fromEntries(places) },
  });
  return {
    ...stack,
    resource: JSON.parse(budgeted, (name, value) =>
      name === 'TOKEN_BUDGETS' ? withBudgets(String(value), all) : value,
    ),
  };
}

/** Budgets of keys, with one for each key that is like the guest's. */
function withBudgets(text: string, all: readonly { readonly name: string; readonly like: string }[]): string {
  const budgets = JSON.parse(text) as { keys: Record<string, number> };
  const [budget] = Object.values(budgets.keys);
  const guests = all.filter(({ like }) => like === 'guest');
  const more = guests.map(({ name }) => [`\${aws_api_gateway_api_key.${name}.id}`, budget]);
  return JSON.stringify({ ...budgets, keys: { ...budgets.keys, ...Object.fromEntries(more) } });
}

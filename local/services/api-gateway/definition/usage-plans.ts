import { type Stack, StackError } from '../../../contracts.ts';
import { type Block, blockOf, blocksOf, textOf } from '../../../stack/read.ts';

/** Requests a second on average, and the size of a burst. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

export interface Quota {
  /** Requests a period. */
  readonly limit: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
  /** Requests already spent in the first period. */
  readonly offset: number;
}

/** A key of the API. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  /** The value that the stack gives; undefined where it is generated. */
  readonly value: string | undefined;
}

/** The limits of some keys. */
export interface UsagePlan {
  readonly id: string;
  readonly keys: readonly ApiKey[];
  /** Of each key by itself. */
  readonly throttle: Throttle | undefined;
  /** Of single methods, by `/content/GET`. */
  readonly methodThrottles: ReadonlyMap<string, Throttle>;
  readonly quota: Quota | undefined;
}

/** The plans for a stage of an API. */
export function usagePlansOf(stack: Stack, apiId: string, stage: string): UsagePlan[] {
  const keys = new Map(stack.of('aws_api_gateway_api_key').map((key) => [textOf(key, 'id'), key]));
  const members = Map.groupBy(stack.of('aws_api_gateway_usage_plan_key'), (member) =>
    textOf(member, 'usage_plan_id'),
  );
  return stack.of('aws_api_gateway_usage_plan').flatMap((plan) => {
    const place = blocksOf(plan, 'api_stages').find((at) => at.api_id === apiId && at.stage === stage);
    if (!place) return [];
    const id = textOf(plan, 'id');
    const quota = blockOf(plan, 'quota_settings');
    return [
      {
        id,
        keys: (members.get(id) ?? []).map((member) => {
          const key = keys.get(textOf(member, 'key_id'));
          if (!key) throw new StackError(`${member.address}: there is no such API key.`);
          return {
            id: textOf(key, 'id'),
            name: textOf(key, 'name'),
            enabled: key.values.enabled !== false,
            value: key.values.value as string | undefined,
          };
        }),
        throttle: throttleOf(blockOf(plan, 'throttle_settings')),
        methodThrottles: new Map(
          blocksOf({ values: place }, 'throttle').flatMap((block) => {
            const throttle = throttleOf(block);
            return throttle ? [[String(block.path), throttle] as const] : [];
          }),
        ),
        quota: quota && {
          limit: Number(quota.limit),
          period: quota.period as Quota['period'],
          offset: Number(quota.offset ?? 0),
        },
      },
    ];
  });
}

function throttleOf(block: Block | undefined): Throttle | undefined {
  const rate = Number(block?.rate_limit ?? -1);
  const burst = Number(block?.burst_limit ?? -1);
  return rate < 0 || burst < 0 ? undefined : { rate, burst };
}

/** Throttles of a stage, by method path: `content/{id}/GET`, or with `*` for any. */
export function throttlesOf(stack: Stack, stage: string): Map<string, Throttle> {
  const throttles = new Map<string, Throttle>();
  for (const resource of stack.of('aws_api_gateway_method_settings')) {
    const settings = blockOf(resource, 'settings');
    const throttle = throttleOf({
      rate_limit: settings?.throttling_rate_limit,
      burst_limit: settings?.throttling_burst_limit,
    });
    if (throttle && resource.values.stage_name === stage)
      throttles.set(textOf(resource, 'method_path'), throttle);
  }
  return throttles;
}

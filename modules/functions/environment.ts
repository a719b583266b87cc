import { type Variable, variables } from '@nova/shared/environment';
import { type FunctionName, functions } from '@nova/shared/functions';
import { limits } from '@nova/shared/limits';
import { transcribePrefixOf } from '@nova/shared/naming';
import { vectorSources } from '@nova/shared/vocabulary';
import type { ApiKeys } from '../data/api-keys.ts';
import type { Data } from '../data/data.ts';
import type { EventBus } from '../events/bus.ts';
import type { Guardrail } from '../guardrail/guardrail.ts';
import { type JobBounds, type Key, pageOriginOf, type Settings, SettingsError } from '../settings.ts';

/** A value for every variable of the contract; a missing variable does not compile. */
export type EnvironmentValues = Readonly<Record<Variable, string>>;

export interface EnvironmentSources {
  readonly settings: Settings;
  readonly data: Data;
  readonly bus: EventBus;
  readonly guardrail: Guardrail;
  readonly keys: ApiKeys;
  readonly speechPace: string;
  readonly webhookInternalHosts: string;
  readonly webhookSchedules: string;
}

/** The value of each variable. */
export const environmentValues = ({
  settings,
  data: { tables, content, failures, vectors },
  bus,
  guardrail,
  keys,
  speechPace,
  webhookInternalHosts,
  webhookSchedules,
}: EnvironmentSources): EnvironmentValues => ({
  EVENT_STORE_TABLE: tables.get('event-store').name,
  STREAM_KEYS_TABLE: tables.get('stream-keys').name,
  FAILURE_BUCKET: failures.name,
  READ_MODEL_TABLE: tables.get('read-model').name,
  SESSION_TABLE: tables.get('session-memory').name,
  JOB_SLOTS_TABLE: tables.get('job-slots').name,
  REQUESTS_TABLE: tables.get('requests').name,
  CONTENT_BUCKET: content.name,
  VECTOR_BUCKET: vectors.bucketName,
  VECTOR_INDEX: vectors.indexName,
  EVENT_BUS: bus.name,
  CHAT_MODEL_ID: settings.models.chat,
  SPEECH_MODEL_ID: settings.models.speech,
  VIDEO_MODEL_ID: settings.models.video,
  EMBEDDING_MODEL_ID: settings.models.embedding,
  GUARDRAIL_ID: guardrail.id,
  GUARDRAIL_VERSION: guardrail.version,
  TOKEN_BUDGETS: tokenBudgets(settings.dailyTokenBudget, keys),
  JOB_BOUNDS: jobBounds(settings.jobBounds, keys),
  PAGE_ORIGIN: pageOriginOf(settings),
  TRANSCRIBE_PREFIX: transcribePrefixOf(settings.prefix),
  SPEECH_PACE: speechPace,
  WEBHOOK_INTERNAL_HOSTS: webhookInternalHosts,
  WEBHOOK_SCHEDULES: webhookSchedules,
  REACTIONS: JSON.stringify(settings.reactions),
});

/**
 * The daily token budgets of API keys, as JSON. Functions know a key by its id, which Terraform learns when it creates the
 * key.
 * @throws SettingsError when more keys have a budget of their own than the environment of a function can hold
 */
function tokenBudgets(dailyTokenBudget: number, keys: ApiKeys): string {
  return JSON.stringify({
    perDay: dailyTokenBudget,
    keys: ofSingleKeys(keys, 'tokensPerDay', 'dailyTokenBudget', ({ tokensPerDay }) => tokensPerDay),
  });
}

/**
 * The bounds of API keys' jobs, as JSON.
 * @throws SettingsError as for the budgets, or when a bound cannot be used
 */
function jobBounds(all: JobBounds, keys: ApiKeys): string {
  const written = ({ running, open }: JobBounds) => [running, open];
  const text = JSON.stringify({
    all: written(all),
    keys: ofSingleKeys(
      keys,
      'jobBounds',
      'the jobBounds of all keys',
      (key) => key.jobBounds && written(key.jobBounds),
    ),
  });
  const { success } = variables.JOB_BOUNDS.safeParse(text);
  if (success) return text;
  throw new SettingsError(
    `jobBounds: running must be at least 1, and open from ${vectorSources.length} to ${limits.openJobsMax}, so that one request may index every source of an item.`,
  );
}

/** The values of keys that have one of their own, by the keys' ids. */
function ofSingleKeys<T>(
  { all }: ApiKeys,
  setting: keyof Key,
  instead: string,
  ownValue: (key: Key) => T | undefined,
): Record<string, T> {
  const own = all.flatMap((key) => {
    const value = ownValue(key);
    return value === undefined ? [] : [[key.resource.id, value] as const];
  });
  if (own.length > limits.keyExceptions) {
    throw new SettingsError(
      `keys: ${own.length} keys have ${setting} of their own; at most ${limits.keyExceptions} may, because a Lambda environment holds 4 KB. Let the others have ${instead}.`,
    );
  }
  return Object.fromEntries(own);
}

/** Variables for Powertools. Source: Powertools for AWS Lambda (TypeScript), "Environment variables". */
const powertools = (name: FunctionName, { prefix, logLevel }: Settings) => ({
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: prefix,
  POWERTOOLS_LOG_LEVEL: logLevel,
  // Responses contain users' words, which do not belong in traces.
  POWERTOOLS_TRACER_CAPTURE_RESPONSE: 'false',
});

/**
 * Variables for glibc's allocator: return freed memory at once, and use few arenas. By default it keeps the memory of large
 * files, some 30 MB of a function's 256. Source: mallopt(3), M_TRIM_THRESHOLD and M_ARENA_MAX.
 */
const allocator = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_ARENA_MAX: '2' };

/** The environment of a function: the variables of its contract, and those for Powertools and the C library. */
export function environmentOf(
  name: FunctionName,
  values: EnvironmentValues,
  settings: Settings,
): Record<string, string> {
  const listed: readonly Variable[] = functions[name].environment;
  return {
    ...Object.fromEntries(listed.map((variable) => [variable, values[variable]])),
    ...powertools(name, settings),
    ...allocator,
  };
}

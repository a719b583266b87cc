import { defaultModels, defaultReactions } from '@nova/shared/models';
import { prefixOf, productionStage } from '@nova/shared/naming';
import type { ContentKind, JobKind } from '@nova/shared/vocabulary';

/** A token bucket: `rateLimit` requests refill it each second, `burstLimit` is its size. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Who may call the API. */
export interface Key {
  readonly name: string;
  readonly enabled: boolean;
  /** Its own token budget; `dailyTokenBudget` when absent, and 0 for a key that may not chat. */
  readonly tokensPerDay?: number;
}

/** All that may differ from stage to stage. */
export interface Settings {
  readonly stage: string;
  readonly region: string;
  /** Starts the name of everything: `nova` in production, else `nova-<stage>`. */
  readonly prefix: string;
  /** Bucket that holds Terraform's state; made by hand before the first apply. */
  readonly stateBucket: string;
  readonly models: Readonly<Record<keyof typeof defaultModels, string>>;
  /**
   * Input and output tokens together; chat is refused once an API key has used so many in a UTC day, in whatever way. A
   * key's own `tokensPerDay` counts instead.
   */
  readonly dailyTokenBudget: number;
  /** Seconds of audio sent to the speech model a second. */
  readonly speechPace: number;
  readonly reactions: Readonly<Record<ContentKind, readonly JobKind[]>>;
  readonly api: {
    readonly throttle: Throttle;
    readonly keyThrottle: Throttle;
    readonly keys: readonly Key[];
    /** Whether this stage sets the one API Gateway logging role of its account and region, for all stages there. */
    readonly ownsAccountLogging: boolean;
  };
  /** Browser origins that may upload to and download from the content bucket; S3 allows one `*` in each. */
  readonly browserOrigins: readonly string[];
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Days. */
  readonly retention: {
    readonly logs: number;
    readonly eventArchive: number;
    /** SQS keeps a message for 14 days at most. */
    readonly deadLetters: number;
  };
  readonly protection: {
    readonly pointInTimeRecovery: boolean;
    readonly deletionProtection: boolean;
    /** Whether `destroy` may delete buckets and images that are not empty. */
    readonly forceDestroy: boolean;
  };
}

/** A setting that cannot be used: says which, why and what to do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The stage that an account has when nothing is said. */
const firstStage = 'dev';

/** Short, because bucket names hold it and S3 allows them 63 characters. */
const stagePattern = /^[a-z][a-z0-9-]{0,14}[a-z0-9]$/;

/**
 * Settings of the stage that `STAGE` names.
 * @param environment `STAGE` (default `dev`), `STATE_BUCKET` (default `<prefix>-terraform-state`) and
 *   `ACCOUNT_LOGGING`: `own` (default of `dev`) or `leave` (default of every other stage)
 * @throws SettingsError when a value cannot be used
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const stage = environment.STAGE || firstStage;
  if (!stagePattern.test(stage)) {
    throw new SettingsError(
      `STAGE is "${stage}", but must be 2 to 16 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen: for example STAGE=dev or STAGE=prod.`,
    );
  }
  const prefix = prefixOf(stage);
  return {
    stage,
    region: 'us-east-1',
    prefix,
    stateBucket: environment.STATE_BUCKET || `${prefix}-terraform-state`,
    models: defaultModels,
    dailyTokenBudget: 1_000_000,
    speechPace: 1,
    reactions: defaultReactions,
    api: {
      throttle: { rateLimit: 1000, burstLimit: 500 },
      keyThrottle: { rateLimit: 100, burstLimit: 200 },
      keys: [
        { name: 'developer', enabled: true },
        { name: 'guest', enabled: true, tokensPerDay: 100_000 },
      ],
      ownsAccountLogging: ownsAccountLogging(stage, environment.ACCOUNT_LOGGING),
    },
    logLevel: 'INFO',
    ...(stage === productionStage ? strict : relaxed),
  };
}

/** At most one stage of an account may, so only one does without being told to. */
function ownsAccountLogging(stage: string, choice: string | undefined): boolean {
  if (!choice) return stage === firstStage;
  if (choice === 'own' || choice === 'leave') return choice === 'own';
  throw new SettingsError(
    `ACCOUNT_LOGGING is "${choice}", but must be own (this stage sets the account's API Gateway logging role) or leave (another stage does).`,
  );
}

type Caution = Pick<Settings, 'browserOrigins' | 'retention' | 'protection'>;

const strict: Caution = {
  browserOrigins: [],
  retention: { logs: 90, eventArchive: 365, deadLetters: 14 },
  protection: { pointInTimeRecovery: true, deletionProtection: true, forceDestroy: false },
};

const relaxed: Caution = {
  browserOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
  retention: { logs: 14, eventArchive: 30, deadLetters: 14 },
  protection: { pointInTimeRecovery: false, deletionProtection: false, forceDestroy: true },
};

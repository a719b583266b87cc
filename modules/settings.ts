import { defaultReactions, type ModelRole } from '@nova/shared/models';
import { prefixOf, productionStage, stagePattern } from '@nova/shared/naming';
import { defaultRegion, missingIn, modelsIn, offers, stageRegions } from '@nova/shared/regions';
import { noOrigin } from '@nova/shared/routes';
import { UserError } from '@nova/shared/run-main';
import type { ContentKind, JobKind } from '@nova/shared/vocabulary';

/** A token bucket: `rateLimit` requests refill it each second, `burstLimit` is its size. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** Jobs of an API key at once. */
export interface JobBounds {
  /** Jobs that run. */
  readonly running: number;
  /** Jobs that run or wait; beyond it requests for jobs and uploads are refused. */
  readonly open: number;
}

/** An API key. */
export interface Key {
  readonly name: string;
  readonly enabled: boolean;
  /** The key's own token budget; `dailyTokenBudget` when absent, and 0 for a key that may neither chat nor start jobs. */
  readonly tokensPerDay?: number;
  /** The key's own bounds; the stage's `jobBounds` when absent. */
  readonly jobBounds?: JobBounds;
}

/** Settings that may differ between stages. */
export interface StageSettings {
  /** The region of the stage, for good: no resource can move. Without it, `REGION` names the region; the default is `us-east-1`. */
  readonly region?: string;
  /**
   * Input and output tokens together that an API key may use in a UTC day, for any purpose; then chat and jobs are refused. A key's own
   * `tokensPerDay` takes precedence.
   */
  readonly dailyTokenBudget: number;
  /** Jobs of an API key at once, so that one key's jobs leave the others their share. A key's own `jobBounds` take precedence. */
  readonly jobBounds: JobBounds;
  /** Seconds of audio sent to the speech model a second. */
  readonly speechPace: number;
  readonly keys: readonly Key[];
  /**
   * Webhooks called at once, for all keys together: reserved concurrency of `webhook-handler`. Lambda keeps 100 unreserved for the
   * account's other functions, so an account that allows fewer than 105 at once needs `undefined`, which bounds nothing. Source:
   * Lambda guide, "Configuring reserved concurrency for a function".
   */
  readonly webhookConcurrency: number | undefined;
  readonly throttle: Throttle;
  readonly keyThrottle: Throttle;
  /**
   * Browser origins whose pages may call the API, and upload to and download from the content bucket; S3 allows one `*` in each. The API
   * cannot choose among several, nor by a `*` within one: it lets pages of any origin call, which need a key like every client.
   */
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
  readonly monitoring: {
    /** Billed by the metric: $0.10 a month each. */
    readonly alarms: boolean;
    /** The first three of an account are free, each further one is $3 a month. */
    readonly dashboard: boolean;
    /** Dollars a month for what carries the stage's tag; a notification is sent at 80 %. Tokens of models carry none. */
    readonly monthlyBudgetDollars: number;
    /** Dollars a month for the whole account, tokens and other stages included; a notification is sent at 80 %. */
    readonly accountBudgetDollars: number;
  };
  /** CodeDeploy's deployment configuration. Source: AWS CodeDeploy guide, "Predefined deployment configurations", Lambda. */
  readonly rollout: `CodeDeployDefault.Lambda${string}`;
  /** Whether workflows may plan the stage for a pull request. The author can then read its state, and so its API keys. */
  readonly plannedByPullRequests: boolean;
  /** AWS WAF in front of the API: $5 a month for the web ACL and $1 for each rule, and $0.60 a million requests. */
  readonly firewall: boolean;
  /**
   * An own KMS key for the table of streams' keys, which decrypt all personal data: $1 a month. Access then needs the key too,
   * and CloudTrail records its use.
   */
  readonly ownKey: boolean;
  /** S3's access logs of the stage's buckets, in a bucket of their own, for as long as logs are kept. Their storage is billed. */
  readonly accessLogs: boolean;
}

/** All settings of a synthesis. */
export interface Settings extends StageSettings {
  readonly stage: string;
  readonly region: string;
  /** Prefix of every name: `nova` in production, otherwise `nova-<stage>`. */
  readonly prefix: string;
  /**
   * Bucket of Terraform's state, where `STATE_BUCKET` names one. By default its name holds the account's id, which only a
   * command that is signed in knows (`findStateBucket`).
   */
  readonly stateBucket: string | undefined;
  /** Ids of models and of inference profiles; a model of another region is named by its ARN. */
  readonly models: Readonly<Record<ModelRole, string>>;
  readonly reactions: Readonly<Record<ContentKind, readonly JobKind[]>>;
  /** Whether this stage sets the API Gateway logging role of its account and region, which all stages there share. */
  readonly ownsAccountLogging: boolean;
  /**
   * Address for notifications of alarms and of the budget. When absent, there are none until someone subscribes to the
   * topic.
   */
  readonly alarmEmail: string | undefined;
  /**
   * The GitHub repository with the workflows that may plan and deploy this stage, in the form of its OIDC tokens'
   * subject: `owner@id/name@id`, or `owner/name` for repositories older than July 2026. None when absent.
   */
  readonly repository: string | undefined;
}

/**
 * Settings of all stages; this file is the one place to change a stage. A stage that is not listed in `stages` is a
 * developer's own, like `dev`.
 */
export const everywhere: Omit<
  StageSettings,
  'browserOrigins' | 'retention' | 'protection' | 'monitoring' | 'rollout' | 'plannedByPullRequests'
> = {
  dailyTokenBudget: 1_000_000,
  jobBounds: { running: 4, open: 100 },
  speechPace: 1,
  keys: [
    { name: 'developer', enabled: true },
    { name: 'guest', enabled: true, tokensPerDay: 100_000 },
  ],
  webhookConcurrency: 5,
  throttle: { rateLimit: 1000, burstLimit: 500 },
  keyThrottle: { rateLimit: 100, burstLimit: 200 },
  logLevel: 'INFO',
  firewall: false,
  ownKey: false,
  accessLogs: false,
};

/** Settings of a stage that may be lost and costs nothing while it is not used. */
export const relaxed: StageSettings = {
  ...everywhere,
  browserOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
  retention: { logs: 14, eventArchive: 30, deadLetters: 14 },
  protection: { pointInTimeRecovery: false, deletionProtection: false, forceDestroy: true },
  monitoring: { alarms: false, dashboard: false, monthlyBudgetDollars: 20, accountBudgetDollars: 50 },
  rollout: 'CodeDeployDefault.LambdaAllAtOnce',
  plannedByPullRequests: true,
};

/** Settings of a stage that people rely on. */
export const strict: StageSettings = {
  ...everywhere,
  browserOrigins: [],
  retention: { logs: 90, eventArchive: 365, deadLetters: 14 },
  protection: { pointInTimeRecovery: true, deletionProtection: true, forceDestroy: false },
  monitoring: { alarms: true, dashboard: true, monthlyBudgetDollars: 200, accountBudgetDollars: 500 },
  rollout: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  plannedByPullRequests: false,
};

export const stages: Readonly<Record<string, StageSettings>> = {
  [productionStage]: strict,
  // Like production, but it may be deleted.
  staging: {
    ...strict,
    protection: relaxed.protection,
    retention: relaxed.retention,
    monitoring: relaxed.monitoring,
    plannedByPullRequests: true,
  },
  dev: relaxed,
};

/** A setting that cannot be used. The message says which, why and what to do. */
export class SettingsError extends UserError {
  override readonly name = 'SettingsError';
}

/** The default stage. */
const firstStage = 'dev';

/**
 * Settings of the stage that `STAGE` names.
 * @param environment `STAGE` (default `dev`), `REGION` (default `us-east-1`), `STATE_BUCKET`, `ACCOUNT_LOGGING` (`own`, the
 *   default of `dev`, or `leave`, that of every other stage), `ALARM_EMAIL`, `PIPELINE_REPOSITORY`
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
  const settings = stages[stage] ?? relaxed;
  const region = regionOf(stage, settings.region, environment.REGION);
  return {
    ...settings,
    stage,
    region,
    prefix,
    stateBucket: environment.STATE_BUCKET || undefined,
    models: modelsIn(region),
    reactions: defaultReactions,
    ownsAccountLogging: ownsAccountLogging(stage, environment.ACCOUNT_LOGGING),
    alarmEmail: matching('ALARM_EMAIL', environment.ALARM_EMAIL, /^\S+@\S+\.\S+$/, 'an e-mail address'),
    repository: matching(
      'PIPELINE_REPOSITORY',
      environment.PIPELINE_REPOSITORY,
      /^[\w.-]+(@\d+\/[\w.-]+@\d+|\/[\w.-]+)$/,
      'owner/name of a repository, or owner@id/name@id where GitHub names it so',
    ),
  };
}

/**
 * The region of a stage. A stage is in one region: names in IAM, in AWS Budgets and of the state hold the stage, not the region.
 * @param own the region in the stage's settings
 * @param given `REGION`
 * @throws SettingsError when the two settings differ, or the region lacks something that the platform needs
 */
export function regionOf(stage: string, own: string | undefined, given: string | undefined): string {
  if (own && given && own !== given) {
    throw new SettingsError(
      `REGION is "${given}", but stage ${stage} is in ${own} (modules/settings.ts), and a stage stays in its region: leave REGION out, or choose another stage for ${given}.`,
    );
  }
  const region = given || own || defaultRegion;
  const missing = missingIn(region);
  if (missing.length === 0) return region;
  const lacks =
    missing.length === offers.length
      ? 'anything that the platform needs'
      : missing.map(({ name, regions }) => `${name}, offered in ${listed(regions)}`).join('; and ');
  throw new SettingsError(
    `Stage ${stage} cannot be in "${region}", which lacks ${lacks}. Choose REGION=${listed(stageRegions, 'or')}.`,
  );
}

/** The origin whose pages may call the API of a stage: `*` for any. */
export function pageOriginOf({ browserOrigins }: Pick<StageSettings, 'browserOrigins'>): string {
  const [first = noOrigin, ...others] = browserOrigins;
  return others.length > 0 || first.includes('*') ? '*' : first;
}

/** The variables by which a command of `make` names the stage: `STAGE=tokyo REGION=ap-northeast-1`. */
export const namedFor = ({ stage, region }: Pick<Settings, 'stage' | 'region'>): string =>
  `STAGE=${stage}${region === defaultRegion ? '' : ` REGION=${region}`}`;

/** `a, b and c` */
const listed = (items: readonly string[], last = 'and') =>
  items.join(', ').replace(/, ([^,]+)$/, ` ${last} $1`);

function matching(
  name: string,
  value: string | undefined,
  pattern: RegExp,
  what: string,
): string | undefined {
  if (!value || pattern.test(value)) return value || undefined;
  throw new SettingsError(`${name} is "${value}", but must be ${what}, or not be set.`);
}

/** At most one stage of an account may own the logging role, so only the default stage does by default. */
function ownsAccountLogging(stage: string, choice: string | undefined): boolean {
  if (!choice) return stage === firstStage;
  if (choice === 'own' || choice === 'leave') return choice === 'own';
  throw new SettingsError(
    `ACCOUNT_LOGGING is "${choice}", but must be own (this stage sets the account's API Gateway logging role) or leave (another stage does).`,
  );
}

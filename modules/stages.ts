import { productionStage } from '@nova/shared/naming';
import type { StageSettings } from './settings.ts';

/**
 * What each stage has of its own, and what it has when nothing is said: the one place to change a stage. A stage that is
 * not named here is a developer's own, as `dev` is.
 */
export const everywhere: Omit<
  StageSettings,
  'browserOrigins' | 'retention' | 'protection' | 'watch' | 'rollout' | 'plannedByPullRequests'
> = {
  dailyTokenBudget: 1_000_000,
  speechPace: 1,
  keys: [
    { name: 'developer', enabled: true },
    { name: 'guest', enabled: true, tokensPerDay: 100_000 },
  ],
  throttle: { rateLimit: 1000, burstLimit: 500 },
  keyThrottle: { rateLimit: 100, burstLimit: 200 },
  logLevel: 'INFO',
  firewall: false,
};

/** A stage that may be lost, and costs nothing while nobody uses it. */
export const relaxed: StageSettings = {
  ...everywhere,
  browserOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
  retention: { logs: 14, eventArchive: 30, deadLetters: 14 },
  protection: { pointInTimeRecovery: false, deletionProtection: false, forceDestroy: true },
  watch: { alarms: false, dashboard: false, monthlyBudgetDollars: 20 },
  rollout: 'CodeDeployDefault.LambdaAllAtOnce',
  plannedByPullRequests: true,
};

/** A stage that people rely on. */
export const strict: StageSettings = {
  ...everywhere,
  browserOrigins: [],
  retention: { logs: 90, eventArchive: 365, deadLetters: 14 },
  protection: { pointInTimeRecovery: true, deletionProtection: true, forceDestroy: false },
  watch: { alarms: true, dashboard: true, monthlyBudgetDollars: 200 },
  rollout: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  plannedByPullRequests: false,
};

export const stages: Readonly<Record<string, StageSettings>> = {
  [productionStage]: strict,
  // As production is, but it may be thrown away.
  staging: {
    ...strict,
    protection: relaxed.protection,
    retention: relaxed.retention,
    watch: relaxed.watch,
    plannedByPullRequests: true,
  },
  dev: relaxed,
};

import type { PlannedResource } from '../resources/resources.ts';
import { type Values, valuesOf } from '../terraform/values.ts';

/** A safeguard with a level. A plan that lowers the level needs a review. */
interface Safeguard {
  readonly called: string;
  level(values: Values): number;
  words(level: number): string;
}

const flag = (called: string, isOn: (values: Values) => boolean): Safeguard => ({
  called,
  level: (values) => Number(isOn(values)),
  words: (level) => (level === 1 ? 'on' : 'off'),
});

const amount = (called: string, of: (values: Values) => unknown): Safeguard => ({
  called,
  level: (values) => Number(of(values) ?? 0),
  words: String,
});

/** Without a number of days, CloudWatch and EventBridge retain data for ever. */
const retentionDays = (called: string, attribute: string): Safeguard => ({
  called,
  level: (values) => Number(values[attribute] ?? 0) || Number.POSITIVE_INFINITY,
  words: (level) => (Number.isFinite(level) ? String(level) : 'for ever'),
});

const noForce = (attribute: string) =>
  flag('protection from being destroyed with its content', (values) => values[attribute] !== true);

const recovery = ({ point_in_time_recovery: block }: Values) =>
  valuesOf(Array.isArray(block) ? block[0] : block);

const safeguards: Readonly<Record<string, readonly Safeguard[]>> = {
  aws_dynamodb_table: [
    flag('deletion protection', (values) => values.deletion_protection_enabled === true),
    flag('point-in-time recovery', (values) => recovery(values).enabled === true),
    amount('days of point-in-time recovery', (values) => recovery(values).recovery_period_in_days),
  ],
  aws_iam_role: [flag('permissions boundary', (values) => Boolean(values.permissions_boundary))],
  aws_s3_bucket: [noForce('force_destroy')],
  aws_s3vectors_vector_bucket: [noForce('force_destroy')],
  aws_ecr_repository: [noForce('force_delete')],
  aws_cloudwatch_log_group: [retentionDays('days of log retention', 'retention_in_days')],
  aws_cloudwatch_event_archive: [retentionDays('days of event retention', 'retention_days')],
  aws_sqs_queue: [amount('seconds of dead letter retention', (values) => values.message_retention_seconds)],
};

/** The safeguards that a plan lowers in place, in words. */
export const weakenedIn = (resources: readonly PlannedResource[]): string[] =>
  resources
    .filter(({ action }) => action === 'update')
    .flatMap(({ type, words, before, after }) =>
      (safeguards[type] ?? [])
        .map(({ called, level, words: text }) => ({ called, text, was: level(before), is: level(after) }))
        .filter(({ was, is }) => is < was)
        .map(({ called, text, was, is }) => `${words}: ${called} ${text(was)} → ${text(is)}`),
    );

import type { PlannedResource } from '../resources/resources.ts';
import { type Values, valuesOf } from '../terraform/values.ts';

/** A safeguard, and how much of it there is: a plan that lowers it is worth a look. */
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

/** CloudWatch and EventBridge keep for ever what has no number of days. */
const daysKept = (called: string, attribute: string): Safeguard => ({
  called,
  level: (values) => Number(values[attribute] ?? 0) || Number.POSITIVE_INFINITY,
  words: (level) => (Number.isFinite(level) ? String(level) : 'for ever'),
});

const noForce = (attribute: string) =>
  flag('refusal to be destroyed while not empty', (values) => values[attribute] !== true);

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
  aws_cloudwatch_log_group: [daysKept('days that logs are kept', 'retention_in_days')],
  aws_cloudwatch_event_archive: [daysKept('days that events are kept', 'retention_days')],
  aws_sqs_queue: [amount('seconds that letters are kept', (values) => values.message_retention_seconds)],
};

/** What a plan makes less safe in place, in sentences. */
export const weakenedIn = (resources: readonly PlannedResource[]): string[] =>
  resources
    .filter(({ deed }) => deed === 'update')
    .flatMap(({ type, words, before, after }) =>
      (safeguards[type] ?? [])
        .map(({ called, level, words: say }) => ({ called, say, was: level(before), is: level(after) }))
        .filter(({ was, is }) => is < was)
        .map(({ called, say, was, is }) => `${words}: ${called} ${say(was)} → ${say(is)}`),
    );

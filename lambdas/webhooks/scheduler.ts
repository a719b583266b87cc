import { createHash } from 'node:crypto';
import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { Environment } from '@nova/shared/environment';
import { type DueCall, scheduledEvent } from './due-call.ts';

/** Schedules a call. The same call is scheduled once, however often this is repeated. */
export type ScheduleCall = (call: Required<DueCall>, at: Date) => Promise<void>;

/** Retries of the delivery to Lambda, as those of EventBridge's rules. Retries of the invocation itself are Lambda's. */
const retryPolicy = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 24 };

/**
 * Calls as one-time schedules of Amazon EventBridge Scheduler, which delete themselves. It invokes a target within the minute that
 * follows the time of its schedule ("Schedule types in EventBridge Scheduler"), and may invoke it twice.
 * @param schedules group, target and role of the schedules
 */
export function scheduler(
  client: SchedulerClient,
  schedules: Environment<'WEBHOOK_SCHEDULES'>['WEBHOOK_SCHEDULES'],
): ScheduleCall {
  return async (call, at) => {
    const command = new CreateScheduleCommand({
      Name: nameOf(call),
      GroupName: schedules.group,
      ScheduleExpression: `at(${secondAfter(at)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: schedules.functionArn,
        RoleArn: schedules.roleArn,
        Input: JSON.stringify(scheduledEvent(call)),
        RetryPolicy: retryPolicy,
        DeadLetterConfig: { Arn: schedules.deadLettersArn },
      },
    });
    try {
      await client.send(command);
    } catch (error) {
      // The schedule is there already.
      if (!(error instanceof ConflictException)) throw error;
    }
  };
}

/** The same name for the same call: 64 characters, as many as a name may have. */
const nameOf = ({ stream, delivery, attempt, putOff }: Required<DueCall>) =>
  createHash('sha256')
    .update(JSON.stringify([stream.tenant, stream.id, delivery, attempt, putOff]))
    .digest('hex');

/** The next whole second in UTC, which is the time zone of a schedule without one: `2026-01-01T00:00:05`. */
const secondAfter = (at: Date) =>
  new Date(Math.ceil(at.getTime() / 1000) * 1000).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);

import { createHash } from 'node:crypto';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Environment } from '@nova/shared/environment';
import { Sha256 } from '@smithy/core/checksum';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { type DueCall, scheduledEvent } from './due-call.ts';

/** Schedules a call. The same call is scheduled once, however often this is repeated. */
export type ScheduleCall = (call: Required<DueCall>, at: Date) => Promise<void>;

/** Amazon EventBridge Scheduler refused a schedule. The message names neither the schedule nor its input. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

/** Milliseconds for an answer. */
const patienceMs = 5000;

/** Retries of the delivery to Lambda, as those of EventBridge's rules. Retries of the invocation itself are Lambda's. */
const retryPolicy = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 24 };

/**
 * Calls as one-time schedules of Amazon EventBridge Scheduler, which delete themselves. It invokes a target within the minute that
 * follows the time of its schedule ("Schedule types in EventBridge Scheduler"), and may invoke it twice. One signed request needs no
 * client of its own in the bundle. Source: EventBridge Scheduler API reference, "CreateSchedule".
 * @param client knows region, credentials and endpoint
 * @param schedules group, target and role of the schedules
 */
export function scheduler(
  client: EventBridgeClient,
  schedules: Environment<'WEBHOOK_SCHEDULES'>['WEBHOOK_SCHEDULES'],
): ScheduleCall {
  const { credentials, region } = client.config;
  const signer = new SignatureV4({ credentials, region, service: 'scheduler', sha256: Sha256 });
  return async (call, at) => {
    const { protocol, host } = await endpointOf(client);
    const path = `/schedules/${nameOf(call)}`;
    const body = JSON.stringify({
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
    const request = new HttpRequest({
      ...{ method: 'POST', protocol, hostname: host, path, body },
      headers: { host, 'content-type': 'application/json' },
    });
    const { host: _, ...headers } = (await signer.sign(request)).headers;
    const response = await fetch(`${protocol}//${host}${path}`, {
      ...{ method: 'POST', headers, body },
      signal: AbortSignal.timeout(patienceMs),
    });
    await response.body?.cancel();
    // ConflictException: the schedule is there already.
    if (response.ok || response.status === 409) return;
    const error = response.headers.get('x-amzn-errortype')?.replace(/:.*$/, '');
    throw new ScheduleError(
      `EventBridge Scheduler refused a schedule: ${response.status} ${error ?? 'without a reason'}`,
    );
  };
}

/** Source: AWS General Reference, "Amazon EventBridge Scheduler endpoints and quotas". */
async function endpointOf({ config }: EventBridgeClient): Promise<URL> {
  const { url } = await getEndpointFromInstructions({}, PutEventsCommand, { ...config });
  return new URL(url.href.replace('//events.', '//scheduler.'));
}

/** The same name for the same call: 64 characters, as many as a name may have. */
const nameOf = ({ stream, delivery, attempt, putOff }: Required<DueCall>) =>
  createHash('sha256')
    .update(JSON.stringify([stream.tenant, stream.id, delivery, attempt, putOff]))
    .digest('hex');

/** The next whole second in UTC, which is the time zone of a schedule without one: `2026-01-01T00:00:05`. */
const secondAfter = (at: Date) =>
  new Date(Math.ceil(at.getTime() / 1000) * 1000).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);

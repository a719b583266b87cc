import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { jobStream } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { aReceiver } from '../testing/receiver.ts';
import { parseScheduled } from './due-call.ts';
import { retryAfterMs } from './retry-after.ts';
import { scheduler } from './scheduler.ts';

const call = {
  stream: jobStream('tenant', '019ab000-0000-7000-8000-000000000002'),
  ...{ delivery: 2, attempt: 3, putOff: 0 },
};
const schedules = { group: 'nova-webhooks', functionArn: 'f', roleArn: 'r', deadLettersArn: 'd' };

/** A scheduler against a service that answers with this status. */
async function against(status: number, headers = {}) {
  const { url, received } = await aReceiver((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{}'),
  );
  const client = new SchedulerClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
    endpoint: new URL(url).origin,
    maxAttempts: 1,
  });
  const schedule = scheduler(client, schedules);
  return { schedule, received };
}

describe('a scheduled call', () => {
  it('is a one-time schedule that deletes itself, at the next whole second, with the same name each time', async () => {
    const { schedule, received } = await against(200);

    await schedule(call, new Date('2026-01-01T00:00:04.001Z'));
    await schedule(call, new Date('2026-01-01T00:00:04.001Z'));
    await schedule({ ...call, putOff: 1 }, new Date('2026-01-01T00:00:04.001Z'));

    const [one, same, other] = received;
    expect(one?.url).toMatch(/^\/schedules\/[0-9a-f]{64}$/);
    expect(same?.url).toBe(one?.url);
    expect(other?.url).not.toBe(one?.url);
    expect(one?.headers.authorization).toMatch(/Credential=AKID\/\d{8}\/us-east-1\/scheduler\/aws4_request/);
    const body = JSON.parse(one?.body ?? '');
    expect(body).toMatchObject({
      GroupName: 'nova-webhooks',
      ScheduleExpression: 'at(2026-01-01T00:00:05)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: 'f', RoleArn: 'r', DeadLetterConfig: { Arn: 'd' } },
    });
    expect(parseScheduled(JSON.parse(body.Target.Input))).toEqual(call);
  });

  it('that is scheduled already is no error', async () => {
    const { schedule } = await against(409, { 'x-amzn-errortype': 'ConflictException' });

    await schedule(call, new Date());
  });

  it('that is refused is an error', async () => {
    const { schedule } = await against(403, { 'x-amzn-errortype': 'AccessDeniedException:http://x' });

    await expect(schedule(call, new Date())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['9'.repeat(400), undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, milliseconds) => {
    expect(retryAfterMs(header, now)).toBe(milliseconds);
  });
});

import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identitiesOf } from '../../iam/identities.ts';
import {
  accountId,
  aRecordingLogger,
  aStack,
  region,
  temporaryDirectory,
} from '../../testing/service-fixture.ts';
import { startEndpoint } from '../../wire/endpoint/endpoint.ts';
import { openScheduler } from './scheduler.ts';

const functionArn = `arn:aws:lambda:${region}:${accountId}:function:caller:live`;
const queueArn = `arn:aws:sqs:${region}:${accountId}:letters`;
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const groupArn = (name: string) => `arn:aws:scheduler:${region}:${accountId}:schedule-group/${name}`;

const role = (name: string, service: string, sourceArn: string, statements: object[]) => ({
  role: {
    ...{ name, arn: roleArn(name) },
    assume_role_policy: JSON.stringify({
      Statement: [
        {
          ...{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
          Condition: { StringEquals: { 'aws:SourceAccount': accountId, 'aws:SourceArn': sourceArn } },
        },
      ],
    }),
  },
  policy: { role: name, policy: JSON.stringify({ Statement: statements }) },
});
const allow = (Action: string, Resource: string, Condition = {}) => ({
  ...{ Effect: 'Allow', Action, Resource },
  Condition,
});
const roles = [
  role('schedules', 'scheduler.amazonaws.com', groupArn('hooks'), [
    allow('lambda:InvokeFunction', functionArn),
    allow('sqs:SendMessage', queueArn),
  ]),
  role('powerless', 'scheduler.amazonaws.com', groupArn('hooks'), [allow('sqs:SendMessage', queueArn)]),
  role('of-another-group', 'scheduler.amazonaws.com', groupArn('other'), [
    allow('lambda:InvokeFunction', functionArn),
  ]),
  role('of-lambda', 'lambda.amazonaws.com', groupArn('hooks'), [allow('lambda:InvokeFunction', functionArn)]),
  role('function', 'lambda.amazonaws.com', '*', [
    allow('scheduler:CreateSchedule', `arn:aws:scheduler:${region}:${accountId}:schedule/hooks/*`),
    allow('iam:PassRole', roleArn('schedules'), {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    }),
  ]),
];
const stack = aStack({
  aws_scheduler_schedule_group: [{ name: 'hooks' }, { name: 'other' }],
  aws_iam_role: roles.map((one) => one.role),
  aws_iam_role_policy: roles.map(({ policy }) => policy),
});

const start = Date.parse('2026-01-01T00:00:00Z');

/** The scheduler behind a signed endpoint, with a clock that the test sets, until the end of the test. */
async function schedulerFixture(dataDirectory = temporaryDirectory()) {
  const clock = { now: start };
  const invoked: unknown[] = [];
  const letters: { queue: string; body: string; attributes: unknown }[] = [];
  const logger = aRecordingLogger();
  const identities = identitiesOf(stack, dataDirectory, logger);
  const scheduler = openScheduler({
    ...{ stack, dataDirectory, logger },
    functions: { enqueue: (arn, payload) => void invoked.push({ arn, payload }) },
    isFunction: (arn) => arn === functionArn,
    queues: { send: (queue, body, attributes) => void letters.push({ queue, body, attributes }) },
    authorise: (arn, action, resource) => {
      const { accessKeyId } = identities.credentialsFor(arn);
      identities.find(accessKeyId)?.caller.authorise(action, resource);
    },
    now: () => clock.now,
  });
  const endpoint = await startEndpoint({ identities, services: [scheduler.service], logger, port: 0 });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await endpoint.close();
    await scheduler.service.close?.();
  };
  onTestFinished(close);
  scheduler.start();

  async function ask(method: string, path: string, body?: object, credentials = identities.developer) {
    const { protocol, host } = new URL(endpoint.url);
    const [pathname = '', search = ''] = path.split('?');
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = new HttpRequest({
      ...{ method, protocol, hostname: host, path: pathname, headers: { host } },
      query: Object.fromEntries(new URLSearchParams(search)),
      ...(text === undefined ? {} : { body: text }),
    });
    const signer = new SignatureV4({ credentials, region, service: 'scheduler', sha256: Sha256 });
    const { host: _, ...headers } = (await signer.sign(request)).headers;
    const response = await fetch(`${endpoint.url}${path}`, {
      ...{ method, headers },
      ...(text === undefined ? {} : { body: text }),
    });
    return {
      status: response.status,
      error: response.headers.get('x-amzn-errortype'),
      body: (await response.json()) as Record<string, unknown>,
    };
  }
  return {
    ...{ clock, invoked, letters, logger, identities, ask, close, dataDirectory },
    create: (name: string, given: object = {}, target: object = {}, credentials = identities.developer) =>
      ask(
        'POST',
        `/schedules/${name}`,
        {
          GroupName: 'hooks',
          ScheduleExpression: 'at(2026-01-01T00:00:05)',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            ...{ Arn: functionArn, RoleArn: roleArn('schedules'), Input: '{"call":1}' },
            ...{ DeadLetterConfig: { Arn: queueArn }, ...target },
          },
          ...given,
        },
        credentials,
      ),
    /** Sets the clock to seconds after the start, and lets the scheduler look at it. */
    async passTo(seconds: number) {
      clock.now = start + seconds * 1000;
      // Every creation makes the scheduler look at its clock.
      await ask('POST', `/schedules/tick-${seconds}`, {
        ...{ GroupName: 'hooks', ScheduleExpression: 'at(2999-01-01T00:00:00)' },
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: functionArn, RoleArn: roleArn('schedules') },
      });
    },
  };
}

describe('a schedule', () => {
  it('invokes its function once, when it is due, and deletes itself', async () => {
    const fixture = await schedulerFixture();

    expect(await fixture.create('one')).toMatchObject({
      status: 200,
      body: { ScheduleArn: `arn:aws:scheduler:${region}:${accountId}:schedule/hooks/one` },
    });
    expect(await fixture.ask('GET', '/schedules/one?groupName=hooks')).toMatchObject({
      body: {
        Name: 'one',
        GroupName: 'hooks',
        ActionAfterCompletion: 'DELETE',
        Target: { Input: '{"call":1}' },
      },
    });
    await fixture.passTo(4);
    expect(fixture.invoked).toEqual([]);
    await fixture.passTo(5);
    await fixture.passTo(6);

    expect(fixture.invoked).toEqual([{ arn: functionArn, payload: { call: 1 } }]);
    expect(await fixture.ask('GET', '/schedules/one?groupName=hooks')).toMatchObject({
      ...{ status: 404, error: 'ResourceNotFoundException' },
    });
  });

  it('that does not delete itself stays, and invokes no more', async () => {
    const fixture = await schedulerFixture();
    await fixture.create('stays', { ActionAfterCompletion: 'NONE' });

    await fixture.passTo(5);
    await fixture.passTo(10);

    expect(fixture.invoked).toHaveLength(1);
    expect(await fixture.ask('GET', '/schedules/stays?groupName=hooks')).toMatchObject({ status: 200 });
  });

  it('has a name that no other of its group has', async () => {
    const { create } = await schedulerFixture();
    await create('one');

    expect(await create('one', { ScheduleExpression: 'at(2027-01-01T00:00:00)' })).toMatchObject({
      ...{ status: 409, error: 'ConflictException' },
    });
  });

  it('survives a restart, and is invoked then when it came due meanwhile', async () => {
    const before = await schedulerFixture();
    await before.create('one');
    await before.create('later', { ScheduleExpression: 'at(2026-01-02T00:00:00)' });
    await before.close();

    const after = await schedulerFixture(before.dataDirectory);
    await after.passTo(3600);

    expect(before.invoked).toEqual([]);
    expect(after.invoked).toHaveLength(1);
    const { body } = await after.ask('GET', '/schedules?ScheduleGroup=hooks');
    expect((body.Schedules as { Name: string }[]).map(({ Name }) => Name)).toEqual(['later', 'tick-3600']);
  });

  it('can be deleted', async () => {
    const fixture = await schedulerFixture();
    await fixture.create('one');

    expect(await fixture.ask('DELETE', '/schedules/one?groupName=hooks')).toMatchObject({ status: 200 });
    expect(await fixture.ask('DELETE', '/schedules/one?groupName=hooks')).toMatchObject({ status: 404 });
    await fixture.passTo(5);

    expect(fixture.invoked).toEqual([]);
  });

  it('whose role may not invoke the function leaves a dead letter', async () => {
    const fixture = await schedulerFixture();
    await fixture.create('one', {}, { RoleArn: roleArn('powerless') });

    await fixture.passTo(5);

    expect(fixture.invoked).toEqual([]);
    expect(fixture.letters).toMatchObject([
      { queue: queueArn, body: '{"call":1}', attributes: { ERROR_CODE: 'AccessDeniedException' } },
    ]);
  });
});

describe('a request for a schedule', () => {
  it.each([
    ['in a group that the stack lacks', { GroupName: 'none' }, {}, 404, /group none does not exist/],
    ['that repeats', { ScheduleExpression: 'rate(1 minute)' }, {}, 400, /one-time schedules in UTC only/],
    [
      'in another time zone',
      { ScheduleExpressionTimezone: 'Asia/Tokyo' },
      {},
      400,
      /ScheduleExpressionTimezone/,
    ],
    ['with a window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, {}, 400, /FlexibleTimeWindow\.Mode/],
    ['with a start', { StartDate: 1 }, {}, 400, /StartDate/],
    ['of another target', {}, { Arn: queueArn }, 400, /invokes functions of the stack/],
    ['with a parameter of another target', {}, { SqsParameters: {} }, 400, /SqsParameters/],
    [
      'with a role for another service',
      {},
      { RoleArn: roleArn('of-lambda') },
      400,
      /must allow AWS EventBridge/,
    ],
    ['with a role for another group', {}, { RoleArn: roleArn('of-another-group') }, 400, /must allow AWS/],
  ])('%s is refused', async (_, given, target, status, message) => {
    const { create } = await schedulerFixture();

    const answer = await create('one', given, target);

    expect(answer.status).toBe(status);
    expect(answer.body.Message).toMatch(message);
  });

  it('needs the permission for the group, and to pass the role', async () => {
    const { create, ask, identities } = await schedulerFixture();
    const own = identities.credentialsFor(roleArn('function'));

    expect(await create('one', {}, {}, own)).toMatchObject({ status: 200 });
    for (const refused of [
      await create('two', { GroupName: 'other' }, {}, own),
      await create('two', {}, { RoleArn: roleArn('powerless') }, own),
      await ask('GET', '/schedules', undefined, own),
      await ask('DELETE', '/schedules/one?groupName=hooks', undefined, own),
    ]) {
      expect(refused).toMatchObject({ status: 403, error: 'AccessDeniedException' });
    }
  });

  it('that the local scheduler does not know is refused by name', async () => {
    const { ask } = await schedulerFixture();

    expect(await ask('PUT', '/schedules/one', {})).toMatchObject({
      ...{ status: 404, error: 'UnknownOperationException' },
      body: { Message: 'The local scheduler does not do PUT schedules/' },
    });
    expect(await ask('GET', '/schedule-groups/hooks')).toMatchObject({ body: { Arn: groupArn('hooks') } });
  });
});

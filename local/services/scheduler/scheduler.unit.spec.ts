import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Credentials } from '../../contracts.ts';
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

const aSchedule = (name: string, given: object = {}, target: object = {}): CreateScheduleCommandInput => ({
  ...{ Name: name, GroupName: 'hooks', ScheduleExpression: 'at(2026-01-01T00:00:05)' },
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: {
    ...{ Arn: functionArn, RoleArn: roleArn('schedules'), Input: '{"call":1}' },
    ...{ DeadLetterConfig: { Arn: queueArn }, ...target },
  },
  ...given,
});

const group = 'hooks';
const get = (Name: string) => new GetScheduleCommand({ Name, GroupName: group });
const remove = (Name: string) => new DeleteScheduleCommand({ Name, GroupName: group });

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

  const clientOf = (credentials: Credentials) =>
    new SchedulerClient({ region, credentials, endpoint: endpoint.url, maxAttempts: 1 });
  const client = clientOf(identities.developer);
  return {
    ...{ clock, invoked, letters, logger, identities, client, clientOf, close, dataDirectory },
    create: (name: string, given: object = {}, target: object = {}, by = client) =>
      by.send(new CreateScheduleCommand(aSchedule(name, given, target))),
    /** Sets the clock to seconds after the start, and lets the scheduler look at it. */
    async passTo(seconds: number) {
      clock.now = start + seconds * 1000;
      // Every creation makes the scheduler look at its clock.
      const never = { ScheduleExpression: 'at(2999-01-01T00:00:00)' };
      await client.send(new CreateScheduleCommand(aSchedule(`tick-${seconds}`, never)));
    },
  };
}

describe('a schedule', () => {
  it('invokes its function once, when it is due, and deletes itself', async () => {
    const fixture = await schedulerFixture();

    expect(await fixture.create('one')).toMatchObject({
      ScheduleArn: `arn:aws:scheduler:${region}:${accountId}:schedule/hooks/one`,
    });
    expect(await fixture.client.send(get('one'))).toMatchObject({
      ...{ Name: 'one', GroupName: 'hooks', ActionAfterCompletion: 'DELETE' },
      ...{ CreationDate: new Date(start), Target: { Input: '{"call":1}' } },
    });
    await fixture.passTo(4);
    expect(fixture.invoked).toEqual([]);
    await fixture.passTo(5);
    await fixture.passTo(6);

    expect(fixture.invoked).toEqual([{ arn: functionArn, payload: { call: 1 } }]);
    await expect(fixture.client.send(get('one'))).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('that does not delete itself stays, and invokes no more', async () => {
    const fixture = await schedulerFixture();
    await fixture.create('stays', { ActionAfterCompletion: 'NONE' });

    await fixture.passTo(5);
    await fixture.passTo(10);

    expect(fixture.invoked).toHaveLength(1);
    expect(await fixture.client.send(get('stays'))).toMatchObject({ State: 'ENABLED' });
  });

  it('has a name that no other of its group has', async () => {
    const { create } = await schedulerFixture();
    await create('one');

    const again = create('one', { ScheduleExpression: 'at(2027-01-01T00:00:00)' });

    await expect(again).rejects.toBeInstanceOf(ConflictException);
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
    const { Schedules = [] } = await after.client.send(new ListSchedulesCommand({ GroupName: group }));
    expect(Schedules.map(({ Name }) => Name)).toEqual(['later', 'tick-3600']);
  });

  it('can be deleted', async () => {
    const fixture = await schedulerFixture();
    await fixture.create('one');

    await fixture.client.send(remove('one'));
    await expect(fixture.client.send(remove('one'))).rejects.toBeInstanceOf(ResourceNotFoundException);
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
    ['with a start', { StartDate: new Date(1) }, {}, 400, /StartDate/],
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

    await expect(create('one', given, target)).rejects.toMatchObject({
      $metadata: { httpStatusCode: status },
      message: expect.stringMatching(message),
    });
  });

  it('needs the permission for the group, and to pass the role', async () => {
    const { create, clientOf, identities } = await schedulerFixture();
    const own = clientOf(identities.credentialsFor(roleArn('function')));

    await create('one', {}, {}, own);

    const refused = [
      () => create('two', { GroupName: 'other' }, {}, own),
      () => create('two', {}, { RoleArn: roleArn('powerless') }, own),
      () => own.send(new ListSchedulesCommand({})),
      () => own.send(remove('one')),
    ];
    for (const send of refused) await expect(send()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('that the local scheduler does not know is refused by name', async () => {
    const { client } = await schedulerFixture();
    const refused = (command: UpdateScheduleCommand | ListSchedulesCommand) =>
      expect(client.send(command as ListSchedulesCommand)).rejects;

    await refused(new UpdateScheduleCommand(aSchedule('one'))).toMatchObject({
      message: 'The local platform does not know scheduler UpdateSchedule',
    });
    await refused(new ListSchedulesCommand({ NamePrefix: 'o' })).toThrow(/without NamePrefix/);
    expect(await client.send(new GetScheduleGroupCommand({ Name: group }))).toMatchObject({
      Arn: groupArn(group),
    });
  });
});

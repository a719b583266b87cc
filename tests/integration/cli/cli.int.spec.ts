import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { eventSource, usageStream } from '@nova/shared/events/index';
import { deadLettersOf, failureBucketOf, prefixOf, tableNameOf } from '@nova/shared/naming';
import { streamKey, versionKey } from '@nova/shared/tables';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryData } from '../testing/dev.ts';
import { eventually } from '../testing/eventually.ts';
import { runningPlatform } from '../testing/platform.ts';
import { startNova } from './nova.ts';

const platform = runningPlatform();

const start = (...args: string[]) => startNova([...args, '--data', platform.dev.data]);
const nova = (...args: string[]) => start(...args).ended;
const asJson = async (...args: string[]) => JSON.parse((await nova(...args, '--json')).out);

/** Clients of the platform's AWS services, by its dev.json. */
function services() {
  const { stage, aws } = JSON.parse(readFileSync(join(platform.dev.data, 'dev.json'), 'utf8'));
  const { endpoint, region, accountId, credentials } = aws;
  const prefix = prefixOf(stage);
  const settings = { endpoint, region, credentials };
  return {
    dynamodb: new DynamoDBClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
    eventStore: tableNameOf(prefix, 'event-store'),
    failures: failureBucketOf(prefix, accountId, region),
    deadLetters: deadLettersOf(prefix, 'event-handler'),
  };
}

const poisoned = streamKey(usageStream('operators', '2026-01-01'));

/** A commit of one event, as an item of the event store. */
function commit(version: number, type = 'TokensUsed') {
  return {
    pk: poisoned,
    sk: versionKey(version),
    commitId: `commit-${version}`,
    count: 1,
    events: [
      {
        type,
        schemaVersion: 1,
        occurredAt: '2026-01-01T00:00:00.000Z',
        data: { source: 'chat', model: 'm', inputTokens: 1, outputTokens: 1, reference: `r${version}` },
        metadata: { correlationId: 'c', causationId: 'r', actor: 'key:operators' },
      },
    ],
  };
}

/** Keys of the objects in the failure bucket. */
async function failureObjects(): Promise<string[]> {
  const { s3, failures } = services();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: failures }));
  return Contents.map(({ Key = '' }) => Key);
}

async function store(item: object): Promise<void> {
  const { dynamodb, eventStore } = services();
  await dynamodb.send(new PutItemCommand({ TableName: eventStore, Item: marshall(item) }));
}

const verified = () =>
  eventually('all rows are right', async () => {
    const ended = await nova('verify');
    return ended.code === 0 && ended;
  });

describe('nova', () => {
  let sessionId: string;

  beforeAll(async () => {
    const answer = await platform.api.ok<{ sessionId: string }>('POST', '/agent/chat', { message: 'Hello' });
    sessionId = answer.sessionId;
  });

  it('lists streams in pages', async () => {
    const [first, sessions] = await Promise.all([
      asJson('events', 'list', '--limit', '1'),
      asJson('events', 'list', '--aggregate', 'session'),
    ]);
    const rest = await asJson('events', 'list', '--after', first.next);

    const names = [...first.streams, ...rest.streams].map(({ stream }: { stream: string }) => stream);
    expect(new Set(names).size).toBe(names.length);
    expect(rest).not.toHaveProperty('next');
    expect(sessions.streams).toEqual([
      expect.objectContaining({
        stream: expect.stringContaining(sessionId),
        version: 2,
        lastType: 'TurnCompleted',
      }),
    ]);
  });

  it('shows the events of a stream, and no personal data', async () => {
    const { streams } = await asJson('events', 'list', '--aggregate', 'session');

    const [{ code, out }, later] = await Promise.all([
      nova('events', 'show', streams[0].stream),
      asJson('events', 'show', streams[0].stream, '--from', '2'),
    ]);

    expect(code).toBe(0);
    expect(out).toMatch(/@1 {2}SessionStarted/);
    expect(out).toMatch(/encrypted/);
    expect(out).not.toContain('Hello');
    expect(later.events.map(({ version }: { version: number }) => version)).toEqual([2]);
  });

  it('follows new events until Ctrl-C', async () => {
    const tail = start('events', 'tail', '--type', 'SessionStarted', '--json');
    await eventually('it follows', async () => tail.notes().includes('following'));
    await platform.api.ok('POST', '/agent/chat', { message: 'Again' });
    await eventually('the event is printed', async () => tail.out().includes('\n'));
    tail.child.kill('SIGINT');

    const { code, out } = await tail.ended;

    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).type),
    ).toEqual(['SessionStarted']);
  });

  it('finds no difference and no failure on a healthy platform', async () => {
    const [{ out }, redrive] = await Promise.all([verified(), nova('redrive')]);

    expect(out).toMatch(/✓ \d+ streams, 0 differ/);
    expect([redrive.code, redrive.out]).toEqual([0, '✓ There are no failures.\n']);
  });

  it('reports a poison commit, is blocked by it, and redrives it once it can be read', async () => {
    await store(commit(1));
    await store(commit(2, 'TokensTeleported'));
    await store(commit(3));
    await eventually('both are quarantined', async () => (await failureObjects()).length === 2);
    const [{ failures: quarantined }, shown, verify] = await Promise.all([
      asJson('redrive', 'list'),
      nova('events', 'show', poisoned, '--from', '2'),
      nova('verify'),
    ]);
    const early = await nova('redrive', 'all');
    const blocked = await nova('replay', '--projection', 'usage');

    expect(quarantined.map(({ key }: { key: string }) => key)).toEqual([`${poisoned}@2`, `${poisoned}@3`]);
    expect(quarantined[0].reason).toMatch(/unknown type TokensTeleported/);
    expect(shown).toMatchObject({ code: 1, out: expect.stringMatching(/✗ unreadable: .*TokensTeleported/) });
    expect(verify).toMatchObject({
      code: 1,
      out: expect.stringMatching(/1 commit unreadable|commits unreadable/),
    });
    expect(early).toMatchObject({ code: 1, out: expect.stringContaining('0 redriven, 2 still failing') });
    expect(blocked).toMatchObject({ code: 1, out: expect.stringMatching(/blocked/) });
    expect(blocked.out).toContain(`${poisoned}@2`);

    await store(commit(2));
    const redriven = await nova('redrive', 'all');

    expect(redriven).toMatchObject({ code: 0, out: expect.stringContaining('2 redriven, 0 still failing') });
    const [nothing] = await Promise.all([nova('redrive'), verified()]);
    expect(nothing).toMatchObject({ code: 0 });
  });

  it('switches reads to new rows, and can be stopped before the old rows are removed', async () => {
    const replay = start('replay', '--projection', 'usage');
    await eventually('reads have switched', async () => replay.out().includes('reads have switched'));
    replay.child.kill('SIGINT');

    const { code, notes } = await replay.ended;

    expect(code).toBe(130);
    expect(notes).toContain('Run the same command to continue');
    await verified();
  });

  it('redrives a batch that Lambda gave up on, and a dead letter', async () => {
    const { s3, failures, sqs, deadLetters } = services();
    const { pk, sk, ...rest } = marshall(commit(3));
    const Records = [{ eventName: 'INSERT', dynamodb: { Keys: { pk, sk }, NewImage: { pk, sk, ...rest } } }];
    const batch = {
      timestamp: '2026-01-01T00:00:00.000Z',
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 6 },
      payload: JSON.stringify({ Records }),
    };
    await s3.send(
      new PutObjectCommand({ Bucket: failures, Key: 'aws/lambda/m/s/record', Body: JSON.stringify(batch) }),
    );
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: deadLetters }));
    // The files of an item that has none: the reaction succeeds, so the event does not come back as another dead letter.
    const stream = { tenant: 'operators', aggregate: 'content', id: 'without-files' };
    const event = { source: eventSource, 'detail-type': 'ContentRejected', detail: { stream } };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));

    const listed = await nova('redrive');
    const one = await nova('redrive', 'aws/lambda/m/s/record');
    const { failures: left } = await asJson('redrive', 'list');

    expect(listed.code).toBe(1);
    expect(listed.out).toMatch(/1 +discarded batch +1 commit .*every retry failed/);
    expect(listed.out).toContain(`${poisoned}@3`);
    expect(listed.out).toMatch(/2 +dead letter +event-handler: .*not delivered/);
    expect(one).toMatchObject({ code: 0, out: expect.stringContaining('1 redriven, 0 still failing') });
    expect(left).toEqual([
      expect.objectContaining({ kind: 'dead letter', target: 'event-handler', number: 1 }),
    ]);
    expect(await nova('redrive', left[0].key)).toMatchObject({ code: 0 });
    expect((await asJson('redrive')).failures).toEqual([]);
  });

  it.concurrent.each([
    [['events', 'show', 'operators#job#nothing'], /There is no stream operators#job#nothing/],
    [['events', 'show', 'nothing'], /is not the name of a stream: pass/],
    [['redrive', '99'], /There is no failure "99"/],
    [['replay', '--projection', 'weather'], /Allowed choices are content, job, session, usage/],
    [['verify', '--stage', 'prod'], /Give one or the other/],
    [['verifi'], /unknown command 'verifi'.*Did you mean verify/s],
  ])('%j ends with exit code 2 and one sentence', async (args, sentence) => {
    const { code, out, notes } = await nova(...args);

    expect([code, out]).toEqual([2, '']);
    expect(notes).toMatch(sentence);
    expect(notes).not.toMatch(/\n\s+at /);
  });
});

it('prints help with examples, without a platform', async () => {
  const data = await temporaryData();
  const run = async (...args: string[]) => {
    const { code, out, notes } = await startNova(args, { env: { DATA: data.path } }).ended;
    return [code, out + notes] as const;
  };

  const help = await Promise.all(
    [[], ['events', 'list'], ['events', 'show'], ['events', 'tail'], ['verify'], ['redrive'], ['replay']].map(
      (path) => run(...path, '--help'),
    ),
  );
  const nothing = await run('verify');
  await data.remove();

  for (const [code, text] of help) {
    expect(code).toBe(0);
    expect(text).toMatch(/Examples:\n {2}nova /);
  }
  expect(nothing).toEqual([2, expect.stringMatching(/^✗ No platform runs on .*make dev/)]);
});

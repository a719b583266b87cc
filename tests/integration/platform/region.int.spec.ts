import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ChatResponse } from '@nova/shared/api/chat';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { Api } from '../testing/api.ts';
import { type InProcess, startInProcess } from '../testing/in-process.ts';

/** The platform of a stage in Tokyo: each call is checked against the roles of that stage. */

const tokyo = 'ap-northeast-1';
let running: InProcess;
let api: Api;

beforeAll(async () => {
  running = await startInProcess({ region: tokyo });
  const { platform } = running;
  api = new Api(`${platform.url}/${platform.stage}`, platform.apiKeys.developer);
});
afterAll(() => running?.close());

it('has its resources in Tokyo', async () => {
  const client = new DynamoDBClient(running.aws);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'nova-dev-event-store' }));
  client.destroy();

  expect(running.aws.region).toBe(tokyo);
  expect(Table?.TableArn).toBe('arn:aws:dynamodb:ap-northeast-1:000000000000:table/nova-dev-event-store');
});

it('answers a chat from a document, embedded in us-east-1', async () => {
  const text = new TextEncoder().encode('The tower in Shiba is 333 metres high.');
  await api.indexed(await api.upload('tower.txt', 'text/plain', text));

  const answer = await api.ok<ChatResponse>('POST', '/agent/chat', {
    message: 'How high is the tower in Shiba?',
  });

  expect(JSON.stringify(answer)).toContain('333');
});

it('transcribes speech, by the model in Tokyo', async () => {
  const contentId = await api.upload('talk.wav', 'audio/wav', makeSpeech(['A: good morning']));
  const job = await api.ended(await api.ok<JobAccepted>('POST', '/audio/transcribe', { contentId }));

  expect(job).toMatchObject({ status: 'done' });
});

it('analyses a video, and indexes its pictures by bytes that it sends along', async () => {
  const scenes = [{ start: 0, end: 4, description: 'a red train arrives' }];
  const contentId = await api.upload('train.mp4', 'video/mp4', await makeVideo({ seconds: 4, scenes }));
  const watched = await api.ended(await api.ok<JobAccepted>('POST', '/video/analyze', { contentId }));
  const { jobs } = await api.ok<{ jobs: JobAccepted[] }>('POST', `/content/${contentId}/index?sources=media`);
  const indexed = await Promise.all(jobs.map((job) => api.ended(job)));

  expect([watched, ...indexed]).toMatchObject([{ status: 'done' }, { status: 'done' }]);
});

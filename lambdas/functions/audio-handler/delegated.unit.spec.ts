import { delegatedKey, resultKey, soundKey, writeCheckKey } from '@nova/shared/objects';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { makeVideoIn } from '../../../tests/fixtures/video-containers.ts';
import { execute } from '../../commands/execute.ts';
import { content, deleteContent } from '../../domain/content.ts';
import { cancelJob, job, retryJob } from '../../domain/job.ts';
import type { WorkContext } from '../../jobs/job-run.ts';
import type { WorkInSegments } from '../../jobs/run-in-segments.ts';
import { openRecording } from '../../media/recording/open-recording.ts';
import type { BatchTranscriber } from '../../models/transcribe/batch.ts';
import { amrVideo } from '../../testing/amr-video.ts';
import { memoryEventStore } from '../../testing/memory-event-store.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import {
  deliverAll,
  historyOf,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../../testing/segmented-job.ts';
import { conclude, delegate, isTranscribeEnded, type TranscribeEnded } from './delegated.ts';

const { tenant, contentId, jobId, item, stream, metadata } = segmentedJobFixture;
const prefix = 'nova-test.';
const transcriptionJobName = (tries: number) => `${prefix}${tenant}.${jobId}.${tries}`;
const name = transcriptionJobName(1);
const task = { kind: 'transcription', language: 'ja' } as const;
const file = { contentType: 'audio/mp4', bytes: 1, objectKey: 'uploads/t/c' };

const output = {
  results: {
    language_code: 'ja-JP',
    items: [
      {
        type: 'pronunciation',
        alternatives: [{ content: 'はい' }],
        start_time: '1',
        end_time: '2',
        speaker_label: 'spk_0',
      },
    ],
  },
};

const ended = (status: string, of = name) =>
  ({
    id: 'event-1',
    source: 'aws.transcribe',
    'detail-type': 'Transcribe Job State Change',
    detail: { TranscriptionJobName: of, TranscriptionJobStatus: status },
  }) as TranscribeEnded;

/** A delegated job; `meanwhile` runs while the service has it and before that is recorded. */
async function prepare(
  meanwhile: (event: typeof ended) => Promise<void> = async () => {},
  video?: { readonly contentType: string; readonly bytes: Buffer; readonly codec?: string },
) {
  const store = memoryEventStore();
  const objects = memoryObjects();
  if (video) objects.write(file.objectKey, video.bytes);
  const log = { started: [] as object[], forgotten: [] as string[] };
  const batch: BatchTranscriber = {
    async start(given) {
      log.started.push(given);
      objects.write(delegatedKey(tenant, contentId, jobId), Buffer.from(JSON.stringify(output)));
      objects.write(writeCheckKey(tenant, contentId, jobId), Buffer.alloc(0));
      await meanwhile(ended);
    },
    failureOf: async () => 'The file is silent.',
    async forget(of) {
      log.forgotten.push(of);
    },
  };
  const dependencies = { store, objects, batch, prefix, secondsOf: async () => 60 };
  const never = () => Promise.reject(new Error('unexpected'));
  const work: WorkInSegments<typeof task> = {
    async open(context: WorkContext) {
      await delegate(dependencies, context, {
        codec: video?.codec ?? 'aac',
        language: 'ja',
        byChannel: false,
      });
      return 'delegated';
    },
    segment: never,
    conclude: never,
    cleanUp: never,
  };
  const { contentType = file.contentType, bytes = { length: file.bytes } } = video ?? {};
  await requestSegmentedJob(store, { task, file: { ...file, contentType, bytes: bytes.length } });
  /** Keys of what the service wrote, as far as it is still there. */
  const leftBehind = async () => {
    const keys = [delegatedKey, writeCheckKey, soundKey].map((keyOf) => keyOf(tenant, contentId, jobId));
    const heads = await Promise.all(keys.map((key) => objects.head(key)));
    return keys.filter((_, index) => heads[index]);
  };
  const attached = async () => (await historyOf(store, item)).filter((type) => type === 'TranscriptAttached');
  return {
    store,
    objects,
    dependencies,
    log,
    attached,
    leftBehind,
    deliver: () => deliverAll(store, work, { times: () => 2 }),
  };
}

describe('a recording that Amazon Transcribe transcribes', () => {
  it('is submitted once, with the names and codes of that service', async () => {
    const { deliver, log } = await prepare();
    await deliver();
    expect(log.started).toEqual([
      {
        name,
        uri: 's3://content/uploads/t/c',
        mediaType: 'audio/mp4',
        language: 'ja-JP',
        byChannel: false,
        outputBucket: 'content',
        outputKey: delegatedKey(tenant, contentId, jobId),
      },
    ]);
  });

  it.each([
    ['video/quicktime', 'mov'],
    ['video/x-matroska', 'mkv'],
    ['video/mp2t', 'm2ts'],
  ] as const)(
    'whose container that service does not take has its sound copied: %s',
    async (contentType, container) => {
      const bytes = await makeVideoIn(container, { seconds: 2, hasSound: true });
      const { deliver, dependencies, objects, log, leftBehind } = await prepare(undefined, {
        contentType,
        bytes,
      });

      await deliver();

      const key = soundKey(tenant, contentId, jobId);
      expect(log.started).toMatchObject([{ uri: `s3://content/${key}`, mediaType: 'audio/mp4' }]);
      const { bytes: copied = 0 } = (await objects.head(key)) ?? {};
      expect(await openRecording(objects, key, copied, 'audio/mp4')).toMatchObject({
        codec: 'aac',
        seconds: expect.closeTo(2, 0),
      });
      await conclude(dependencies, ended('COMPLETED'));
      expect(await leftBehind()).toEqual([]);
    },
  );

  it('of AMR in another container has its frames copied into an AMR file', async () => {
    const frame = Buffer.concat([Buffer.of(0x3c), Buffer.alloc(31, 0x55)]);
    const bytes = await amrVideo('samr', 8000, frame, [0, 0.02]);
    const { deliver, dependencies, objects, log, leftBehind } = await prepare(undefined, {
      ...{ contentType: 'video/mp4', bytes, codec: 'amr' },
    });

    await deliver();

    const key = soundKey(tenant, contentId, jobId);
    expect(log.started).toMatchObject([{ uri: `s3://content/${key}`, mediaType: 'audio/amr' }]);
    const copy = await objects.start(key, bytes.length);
    expect(Buffer.from(copy ?? [])).toEqual(Buffer.concat([Buffer.from('#!AMR\n'), frame, frame]));
    await conclude(dependencies, ended('COMPLETED'));
    expect(await leftBehind()).toEqual([]);
  });

  it('is read where it is when the service takes its container', async () => {
    const bytes = await makeVideoIn('mp4', { seconds: 2, hasSound: true });
    const { deliver, log } = await prepare(undefined, { contentType: 'video/mp4', bytes });

    await deliver();

    expect(log.started).toMatchObject([{ uri: 's3://content/uploads/t/c', mediaType: 'video/mp4' }]);
  });

  it('has its transcript attached once, however often its end is delivered', async () => {
    const { deliver, dependencies, store, objects, attached, leftBehind, log } = await prepare();
    await deliver();
    expect(await leftBehind()).toHaveLength(2);

    await conclude(dependencies, ended('COMPLETED'));
    await conclude(dependencies, ended('COMPLETED'));

    expect(await jobState(store)).toMatchObject({ status: 'done' });
    expect(await attached()).toHaveLength(1);
    expect(await objects.readJson(resultKey(tenant, contentId, jobId))).toMatchObject({
      language: 'ja-JP',
      durationSeconds: 60,
    });
    expect(await leftBehind()).toEqual([]);
    expect(log.forgotten).toEqual([name, name]);
  });

  it('may be done before its delegation is recorded', async () => {
    const held: { dependencies?: Parameters<typeof conclude>[0] } = {};
    const prepared = await prepare(async (event) => {
      if (held.dependencies) await conclude(held.dependencies, event('COMPLETED'));
    });
    held.dependencies = prepared.dependencies;

    await prepared.deliver();

    expect(await jobState(prepared.store)).toMatchObject({ status: 'done' });
    expect(await prepared.attached()).toHaveLength(1);
  });

  it('fails with the message of the service, and may be submitted again', async () => {
    const { deliver, dependencies, store, leftBehind, log } = await prepare();
    await deliver();
    await conclude(dependencies, ended('FAILED'));
    expect(await leftBehind()).toEqual([]);
    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: true });
    const { events } = await store.load(stream);
    expect(events.at(-1)?.data).toMatchObject({ reason: expect.stringContaining('The file is silent.') });

    await execute(store, job, stream, metadata, (state) => retryJob(state, jobId));
    await deliver();
    // The end of the first attempt once more: it does not end the second.
    await conclude(dependencies, ended('FAILED'));
    expect(await jobState(store)).toMatchObject({ status: 'running' });
    await conclude(dependencies, ended('COMPLETED', transcriptionJobName(2)));

    expect(log.started).toMatchObject([{ name }, { name: transcriptionJobName(2) }]);
    expect(await jobState(store)).toMatchObject({ status: 'done' });
  });

  it('leaves nothing behind when its item was deleted meanwhile', async () => {
    const { deliver, dependencies, store, objects, leftBehind, log } = await prepare();
    await deliver();
    await execute(store, content, item, metadata, (state) => deleteContent(state, contentId));

    await conclude(dependencies, ended('COMPLETED'));

    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: false });
    expect(await leftBehind()).toEqual([]);
    expect(await objects.readJson(resultKey(tenant, contentId, jobId))).toBeUndefined();
    expect(log.forgotten).toEqual([name]);
  });

  it('fails quietly when the deletion erases its file while the transcript is read', async () => {
    const { deliver, dependencies, store } = await prepare();
    await deliver();
    const secondsOf = async () => {
      await execute(store, content, item, metadata, (state) => deleteContent(state, contentId));
      throw new Error('NoSuchKey');
    };

    await conclude({ ...dependencies, secondsOf }, ended('COMPLETED'));

    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: false });
  });

  it('that was cancelled meanwhile has nothing attached, and leaves nothing behind', async () => {
    const { deliver, dependencies, store, attached, leftBehind } = await prepare();
    await deliver();
    await execute(store, job, stream, metadata, (state) => cancelJob(state, jobId));

    await conclude(dependencies, ended('COMPLETED'));

    expect(await jobState(store)).toMatchObject({ status: 'cancelled' });
    expect(await attached()).toEqual([]);
    expect(await leftBehind()).toEqual([]);
  });

  it('that the service refuses fails its job for good', async () => {
    const refusal = Object.assign(new Error('The media format is wrong.'), { name: 'BadRequestException' });
    const { deliver, store } = await prepare(() => Promise.reject(refusal));

    await deliver();

    expect(await jobState(store)).toMatchObject({ status: 'failed', retriable: false, attempts: 1 });
  });

  it('is distinguished from jobs of others', async () => {
    const { dependencies, log } = await prepare();
    for (const other of ['nova-prod.t.j', 'backup', `${prefix}t`, `${prefix}t.j`, `${prefix}t.j.1.k`])
      await conclude(dependencies, ended('COMPLETED', other));
    expect(log.forgotten).toEqual([]);
    expect(isTranscribeEnded(ended('COMPLETED'))).toBe(true);
    expect(isTranscribeEnded({ source: 'nova', 'detail-type': 'JobRequested' })).toBe(false);
    expect(isTranscribeEnded(null as unknown as Context)).toBe(false);
  });
});

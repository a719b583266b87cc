import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as sdk from '@aws-sdk/client-transcribe';
import type { AwsService, EventPublisher, Logger, ObjectStore, Stack } from '../../contracts.ts';
import { schemaService } from '../../wire/schema/service.ts';
import type { SoundDecoder } from '../bedrock/speech/ffmpeg.ts';
import { hear } from '../bedrock/speech/hear.ts';
import { type Job, JobStore } from './job-store.ts';
import { transcribeOperations } from './operations.ts';
import { channelsResult, outputOf, speakersResult } from './output.ts';

export interface TranscribeDependencies {
  readonly stack: Stack;
  readonly dataDirectory: string;
  readonly logger: Logger;
  readonly objects: ObjectStore;
  readonly publisher: EventPublisher;
  /** Decodes compressed sound, where the machine has a program that does. */
  readonly decoder?: SoundDecoder | undefined;
}

export interface LocalTranscribe {
  readonly service: AwsService;
  /** Resumes what a restart interrupted. */
  start(): void;
}

/** Language of a job without one: the stand-in identifies no languages. */
const otherwise = 'en-US';

/**
 * A stand-in for Amazon Transcribe's batch jobs: it runs jobs as the service does, and recognises only the fixtures'
 * tones, or the text that a fixture carries in its metadata. Compressed sound is decoded by the machine's own `ffmpeg`, where there is one, and
 * otherwise marked as unrecognised.
 */
export function openTranscribe(dependencies: TranscribeDependencies): LocalTranscribe {
  const { stack, dataDirectory, logger, objects, publisher, decoder } = dependencies;
  const store = new JobStore(join(dataDirectory, 'transcribe.db'));
  const underWay = new Set<Promise<void>>();
  let closing = false;

  const end = (job: Job) => {
    // A job that was deleted meanwhile ends without an event.
    if (closing || !store.find(job.name)) return;
    store.put(job);
    publisher.publish({
      bus: 'default',
      source: 'aws.transcribe',
      detailType: 'Transcribe Job State Change',
      detail: {
        TranscriptionJobName: job.name,
        TranscriptionJobStatus: job.status,
        ...(job.reason ? { FailureReason: job.reason } : {}),
      },
    });
  };
  const begin = (job: Job) => {
    const work = transcribe({ objects, decoder }, stack.accountId, job)
      .then(() => end({ ...job, status: 'COMPLETED' }))
      .catch((error: Error) => {
        logger.warn(`Transcription job ${job.name} failed: ${error.message}`);
        end({ ...job, status: 'FAILED', reason: error.message });
      })
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };

  const service = schemaService({
    sdk,
    client: new sdk.TranscribeClient({ region: stack.region }),
    scopes: ['transcribe'],
    logger,
    operations: transcribeOperations({ stack, store, objects, begin }),
  });
  return {
    service: {
      ...service,
      async close() {
        closing = true;
        await Promise.allSettled(underWay);
        store.close();
      },
    },
    start: () => store.unfinished().forEach(begin),
  };
}

async function transcribe(
  { objects, decoder }: Pick<TranscribeDependencies, 'objects' | 'decoder'>,
  accountId: string,
  job: Job,
): Promise<void> {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/u.exec(job.mediaUri) ?? [];
  const object = await objects.read(bucket, key);
  if (!object) throw new Error('The media file is no longer there.');
  const folder = await mkdtemp(join(tmpdir(), 'nova-transcribe-'));
  try {
    const path = join(folder, 'media');
    await pipeline(object.body, createWriteStream(path));
    const decode = decoder && ((channel?: number) => decoder.decode(path, channel));
    const language = job.language ?? otherwise;
    const transcript = job.byChannel
      ? channelsResult([
          await hear(path, language, { decode, channel: 0 }),
          await hear(path, language, { decode, channel: 1 }),
        ])
      : speakersResult(await hear(path, language, { decode }));
    const output = Buffer.from(outputOf(job.name, accountId, transcript));
    await objects.write(job.bucket, job.key, output, 'application/json');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import './environment.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@nova/shared/limits';
import { vectorKey } from '@nova/shared/vectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IndexingTask } from '../../../lambdas/functions/index-handler/put-vectors.ts';
import { mediaJob } from '../../../lambdas/functions/index-handler/spans/media-job.ts';
import { bedrockClient } from '../../../lambdas/models/bedrock.ts';
import { type Embedder, type EmbeddingInput, novaEmbeddings } from '../../../lambdas/models/embeddings.ts';
import { memoryEventStore } from '../../../lambdas/testing/memory-event-store.ts';
import {
  type Deliveries,
  deliverAll,
  jobState,
  requestSegmentedJob,
  segmentedJobFixture,
} from '../../../lambdas/testing/segmented-job.ts';
import { semanticSearch } from '../../../lambdas/vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../../lambdas/vectors/vector-index.ts';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { makeVideo } from '../../fixtures/make-video.ts';
import { type MediaFixture, models, startMediaFixture, vectors } from './fixture.ts';

/** Sound and pictures, embedded over the wire and found at their second. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());

const { tenant, contentId } = segmentedJobFixture;
const task: IndexingTask = { kind: 'indexing', source: 'media' };

interface File {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Indexes a file, and returns the outcome and the embedded inputs. */
async function indexed({ contentType, bytes }: File, deliveries: Deliveries = {}, failures = 0) {
  const store = memoryEventStore();
  const { objects } = fixture;
  const nova = novaEmbeddings(bedrockClient(20_000), models.embedding);
  const embedded: EmbeddingInput[] = [];
  let left = failures;
  const embedder: Embedder = {
    async embed(input, purpose, signal) {
      embedded.push(input);
      left -= 1;
      if (left >= 0) throw new Error('The connection was lost');
      return nova.embed(input, purpose, signal);
    },
  };
  const index = s3VectorIndex(vectorsClient(), vectors.bucket, vectors.index);
  const everything = Array.from({ length: 100 }, (_, n) => vectorKey(tenant, contentId, 'media', n));
  await index.delete(everything);
  objects.write('uploads/t/file', bytes);
  await requestSegmentedJob(store, {
    task,
    file: { contentType, bytes: bytes.length, objectKey: 'uploads/t/file' },
  });
  await deliverAll(store, mediaJob({ store, objects, embedder, index }), deliveries);
  const search = semanticSearch({ embedder: nova, index });
  return {
    state: await jobState(store),
    embedded,
    known: [...(await index.metadata(everything)).values()],
    history: (await store.load(segmentedJobFixture.item)).events.at(-1),
    find: async (query: string) => (await search.query(tenant, { query, sources: ['media'] }))[0],
  };
}

/** Single words with long pauses, in a recording of some minutes. */
const words = ['harbour', 'lighthouse', 'orchard', 'violin', 'glacier', 'railway', 'pepper', 'cathedral'];
const talk = () =>
  makeSpeech(
    words.map((word) => `A: ${word} ${word}`),
    { pause: 16 },
  );

describe('the sound of a recording', () => {
  it('is found at its seconds, segment by segment, whatever is delivered twice', async () => {
    const { state, embedded, known, history, find } = await indexed(
      { contentType: 'audio/wav', bytes: talk() },
      { times: () => 2 },
    );

    expect(state).toMatchObject({ status: 'done' });
    expect(state.status !== 'none' && state.parts.length).toBe(
      Math.ceil(known.length / limits.mediaSpansPerSegment),
    );
    expect(known.length).toBeGreaterThan(limits.mediaSpansPerSegment);
    expect(embedded).toHaveLength(known.length);
    expect(history).toMatchObject({
      type: 'ContentIndexed',
      data: { source: 'media', vectors: known.length },
    });
    for (const [place, word] of words.entries()) {
      const hit = await find(word);
      const about = (place + 1) * 16 + place * 0.8;
      expect(hit).toMatchObject({ contentId, kind: 'audio', text: 'a file' });
      expect(hit?.start).toBeLessThan(about + 3);
      expect(hit?.end).toBeGreaterThan(about);
    }
  });

  it('is not embedded again by an attempt after a failed one', async () => {
    const { state, embedded, known } = await indexed({ contentType: 'audio/wav', bytes: talk() }, {}, 1);

    expect(state).toMatchObject({ status: 'done' });
    // The four that were in progress are lost, and no others are embedded again.
    expect(embedded.length).toBeLessThanOrEqual(known.length + 4);
  });

  it.each(['talk.opus', 'talk.flac', 'vbr.mp3', 'opus.mp4'])('is read from %s', async (name) => {
    const bytes = await readFile(join(import.meta.dirname, '../../fixtures/recordings', name));
    const contentType = { opus: 'audio/ogg', flac: 'audio/flac', mp3: 'audio/mpeg', mp4: 'audio/mp4' }[
      name.split('.')[1] ?? ''
    ];

    const { state, find } = await indexed({ contentType: contentType ?? '', bytes });

    expect(state).toMatchObject({ status: 'done' });
    expect(await find('good morning all')).toMatchObject({ start: 0, score: expect.closeTo(1, 0) });
  });

  it('that cannot be decoded is refused with the remedy', async () => {
    const bytes = await readFile(join(import.meta.dirname, '../../fixtures/recordings/aac.m4a'));

    const { state, embedded } = await indexed({ contentType: 'audio/mp4', bytes });

    expect(state).toMatchObject({ status: 'failed', retriable: false });
    expect(embedded).toEqual([]);
  });
});

describe('the pictures of a video', () => {
  const scenes = [{ start: 0, end: 12, description: 'a red kite over dunes' }];

  it('that is short are embedded from where it is stored', async () => {
    const bytes = await makeVideo({ seconds: 12, scenes });

    const { embedded, find } = await indexed({ contentType: 'video/mp4', bytes });

    expect(embedded).toEqual([{ video: { uri: 's3://content/uploads/t/file', format: 'mp4' } }]);
    expect(await find('red kite')).toMatchObject({ kind: 'video', start: 0, end: 12 });
  });

  it('that is long are cut into clips, which are deleted afterwards', async () => {
    const starts = Array.from({ length: 10 }, (_, n) => n * 15);
    const shots = starts.map((start) => ({ start, end: start + 15, description: `shot ${start}` }));
    const bytes = await makeVideo({ seconds: 150, scenes: shots });

    const { state, embedded, known } = await indexed({ contentType: 'video/mp4', bytes });

    expect(state).toMatchObject({ status: 'done', parts: [{ until: 120 }, { until: 150, last: true }] });
    expect(known.map(({ start }) => start).sort((a = 0, b = 0) => a - b)).toEqual(starts);
    const clips = embedded.map((input) => ('video' in input ? input.video.uri : ''));
    expect(new Set(clips).size).toBe(10);
    for (const clip of clips) {
      expect(await fixture.objects.head(clip.replace('s3://content/', ''))).toBeUndefined();
    }
  });

  it('that no player could show are refused', async () => {
    const { state } = await indexed({ contentType: 'video/mp4', bytes: Buffer.alloc(5000, 7) });

    expect(state).toMatchObject({ status: 'failed', retriable: false });
  });
});

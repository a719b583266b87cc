import { contentStream } from '@nova/shared/events/index';
import './environment.ts';
import type { AnalysisFindings, TranscriptSegment } from '@nova/shared/api/media';
import { vectorIndex } from '@nova/shared/vectors';
import type { VectorSource } from '@nova/shared/vocabulary';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentState, execute } from '../../../lambdas/commands/execute.ts';
import { content, ready } from '../../../lambdas/domain/content.ts';
import { indexingJob } from '../../../lambdas/functions/index-handler/indexing-job.ts';
import type { IndexingTask } from '../../../lambdas/functions/index-handler/put-vectors.ts';
import type { JobContext } from '../../../lambdas/jobs/run-job.ts';
import { bedrockClient } from '../../../lambdas/models/bedrock.ts';
import { type Embedder, novaEmbeddings } from '../../../lambdas/models/embeddings.ts';
import type { ImageModel } from '../../../lambdas/models/nova-image/nova-image.ts';
import { batches } from '../../../lambdas/runtime/batches.ts';
import { memoryEventStore } from '../../../lambdas/testing/memory-event-store.ts';
import { semanticSearch } from '../../../lambdas/vectors/semantic-search.ts';
import { s3VectorIndex, vectorsClient } from '../../../lambdas/vectors/vector-index.ts';
import { embedText } from '../../../local/services/bedrock/embeddings/vectors.ts';
import { type MediaFixture, models, startMediaFixture, vectors } from './fixture.ts';

/**
 * A thousand items of two keys, a hundred facts among them, and a question about each: what is found, and when. The
 * local embedding hears words and their parts, so the questions share some of a fact's words, in another order.
 */

const items = 1000;
const facts = 100;

/** The same numbers in every run. */
function seededRandom(seed: number) {
  let state = seed;
  return (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
const below = seededRandom(11);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const [starts, middles, ends] = [
  ['ka', 'lo', 'mi', 'tu', 're', 'sa', 'vo', 'ne', 'pi', 'du', 'ga', 'he'],
  ['ran', 'lit', 'mor', 'ves', 'dol', 'kin', 'bar', 'zen', 'fol', 'tam'],
  ['a', 'is', 'on', 'eth', 'ur', 'io', 'ant', 'ek'],
];
/** A name that no other fact has. */
const uniqueName = (n: number) =>
  `${starts[n % 12]}${middles[Math.floor(n / 12) % 10]}${ends[Math.floor(n / 7) % 8]}${starts[(n * 5) % 12]}`;

const subjects = [
  'harbour',
  'engine',
  'garden',
  'railway',
  'orchard',
  'museum',
  'kitchen',
  'factory',
  'bridge',
  'school',
];
const doings = [
  'was painted',
  'was closed',
  'opened again',
  'lost its roof',
  'was sold',
  'got new windows',
  'was flooded',
];
const times = [
  'in spring',
  'last winter',
  'on a Monday',
  'before the war',
  'at night',
  'in the rain',
  'for a year',
];
const chatter = () =>
  `The ${pick(subjects)} near the ${pick(subjects)} ${pick(doings)} ${pick(times)}, and the ${pick(subjects)} ${pick(doings)}.`;

interface Fact {
  readonly text: string;
  readonly question: string;
}
const factOf = (n: number): Fact => {
  const [subject, doing, time] = [pick(subjects), pick(doings), pick(times)];
  const name = uniqueName(n);
  return {
    text: `The ${subject} of ${name} ${doing} ${time} by order of captain ${uniqueName(n + 500)}.`,
    question: `when ${doing.replace('was ', '')} was it that captain ${uniqueName(n + 500)} saw the ${name} ${subject}`,
  };
};

const kinds = ['document', 'audio', 'video', 'image'] as const;
const idOf = (n: number) => `019ab000-0000-7000-8000-${String(n).padStart(12, '0')}`;

interface Planted {
  readonly fact: Fact;
  readonly contentId: string;
  readonly start: number;
}

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());

/** The vectors of the local model without its API: six thousand calls would take longer than all else here. */
const withoutApi = (questions: Embedder): Embedder => ({
  embed: async (input, purpose) =>
    'text' in input
      ? { vector: embedText(input.text, vectorIndex.dimension), inputTokens: 1, model: models.embedding }
      : questions.embed(input, purpose),
});

function connect() {
  const embedder = novaEmbeddings(bedrockClient(20_000), models.embedding);
  const index = s3VectorIndex(vectorsClient(), vectors.bucket, vectors.index);
  const store = memoryEventStore();
  const { objects } = fixture;
  // Random bytes are no picture that a model reads.
  const images: ImageModel = {
    transcribe: async () => ({
      text: '',
      complete: true,
      usage: { inputTokens: 0, outputTokens: 0 },
      model: models.video,
    }),
  };
  const dependencies = { store, objects, images, embedder: withoutApi(embedder), index };
  const work = indexingJob(dependencies, dependencies);

  /** Puts an item on record and has it indexed as the function does. */
  async function add(tenant: string, n: number, kind: (typeof kinds)[number], fact: Fact | undefined) {
    const contentId = idOf(n);
    const stream = contentStream(tenant, contentId);
    const metadata = { correlationId: 'c', causationId: 'r', actor: 'test' };
    const { source, body, start } = await made(n, kind, fact);
    const objectKey = `uploads/${tenant}/${contentId}`;
    const contentType = {
      document: 'text/plain',
      audio: 'audio/wav',
      video: 'video/mp4',
      image: 'image/png',
    }[kind];
    const file = { kind, contentType, bytes: Math.max(1, body.length), objectKey };
    const resultAt = `results/${tenant}/${contentId}/j.json`;
    objects.write(kind === 'document' || kind === 'image' ? objectKey : resultAt, body);
    const attached = { jobId: idOf(n), objectKey: resultAt, durationSeconds: 600 };
    await execute(store, content, stream, metadata, () => [
      {
        type: 'ContentRegistered',
        data: {
          ...file,
          filename: fact && kind === 'image' ? fact.text : `file ${n}`,
          uploadExpiresAt: '2026-01-01T00:00:00.000Z',
        },
      },
      { type: 'ContentUploaded', data: { ...file, etag: 'e' } },
      ...(kind === 'audio'
        ? [{ type: 'TranscriptAttached', data: { ...attached, segments: 1 } } as const]
        : []),
      ...(kind === 'video' ? [{ type: 'AnalysisAttached', data: { ...attached, scenes: 1 } } as const] : []),
    ]);
    const state = await currentState(store, content, stream);
    const job: JobContext<IndexingTask> = {
      ...{ tenant, contentId, metadata, jobId: idOf(n), tries: 1, task: { kind: 'indexing', source } },
      content: ready(state, contentId, kinds, new Date()),
      signal: AbortSignal.timeout(300_000),
      endsAt: new Date(Date.now() + 300_000),
      checkBudget: async () => {},
      progress: async () => {},
    };
    const conclude = await work.open(job);
    if (typeof conclude !== 'function') throw new Error('One invocation is enough for a short document');
    await execute(store, content, stream, metadata, conclude);
    return { contentId, start };
  }
  return { add, search: semanticSearch({ embedder, index }) };
}

/** What an item holds, and the second its fact is at. */
async function made(n: number, kind: (typeof kinds)[number], fact: Fact | undefined) {
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  const at = below(6);
  const passages = Array.from({ length: 6 }, (_, place) => (fact && place === at ? fact.text : chatter()));
  const start = at * 30;
  const source: VectorSource = kind === 'audio' ? 'transcript' : kind === 'video' ? 'scene' : kind;
  if (kind === 'document') return { source, body: Buffer.from(passages.join('\n\n')), start: null };
  if (kind === 'image') return { source, body: Buffer.from(`a picture ${n}`), start: null };
  if (kind === 'audio') {
    const segments: TranscriptSegment[] = passages.map((text, place) => ({
      ...{
        start: place * 30,
        end: place * 30 + 8,
        text,
        recognised: true,
        speaker: `speaker-${1 + (place % 2)}`,
      },
    }));
    return { source, body: json({ language: 'en', durationSeconds: 600, model: 'm', segments }), start };
  }
  const scenes = passages.map((description, place) => ({
    start: place * 30,
    end: place * 30 + 30,
    description,
  }));
  const findings: AnalysisFindings = { scenes, timeline: [], anomalies: [], answers: [] };
  return { source, body: json({ ...findings, durationSeconds: 600, model: 'm' }), start };
}

describe('search over a thousand items', () => {
  it('finds the planted second for at least 95 of 100 questions, and nothing of another key', async () => {
    const { add, search } = connect();
    const planted: Planted[] = [];
    const plan = Array.from({ length: items }, (_, n) => {
      // Facts are where there are seconds; documents and pictures are there to be in the way.
      const fact = n % (items / facts) === 0 ? factOf(n / (items / facts)) : undefined;
      const kind = fact ? pick(['audio', 'video'] as const) : pick(kinds);
      return { n, kind, fact, tenant: fact || below(2) ? 'a' : 'b' };
    });
    const plant = async ({ n, kind, fact, tenant }: (typeof plan)[number]) => {
      const { contentId, start } = await add(tenant, n, kind, fact);
      if (fact && start !== null) planted.push({ fact, contentId, start });
      // The other key has the same words, in other items.
      if (fact) await add('b', n + items, kind, fact);
    };
    for (const batch of batches(plan, 8)) await Promise.all(batch.map(plant));
    const others = new Set(plan.flatMap(({ n, tenant }) => (tenant === 'b' ? [idOf(n)] : [idOf(n + items)])));

    let found = 0;
    for (const { fact, contentId, start } of planted) {
      const hits = await search.query('a', { query: fact.question, topK: 5 });
      expect(hits.filter((hit) => others.has(hit.contentId))).toEqual([]);
      const [best] = hits;
      const isThere = best?.contentId === contentId && best.start === start;
      if (isThere) found += 1;
    }

    expect(planted).toHaveLength(facts);
    expect(found).toBeGreaterThanOrEqual(95);
  });
});

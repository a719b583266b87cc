import type { ContentEvent } from '@nova/shared/events/index';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from './aggregate.ts';
import {
  attachResult,
  type ContentState,
  content,
  deleteContent,
  ready,
  receiveUpload,
  recordIndexed,
  type Upload,
} from './content.ts';

const now = new Date('2026-01-01T00:00:00Z');
const registered: ContentEvent = {
  type: 'ContentRegistered',
  data: {
    filename: 'talk.wav',
    contentType: 'audio/wav',
    kind: 'audio',
    bytes: 10,
    objectKey: 'uploads/t/c',
    uploadExpiresAt: '2026-01-01T01:00:00.000Z',
  },
};
const accepted: Upload = {
  accepted: true,
  file: { kind: 'audio', contentType: 'audio/wav', bytes: 10, etag: '"e"', objectKey: 'uploads/t/c' },
};
const refused: Upload = { accepted: false, reason: 'type-differs', detail: 'It is image/png.' };
const transcript = (jobId: string): ContentEvent & { type: 'TranscriptAttached' } => ({
  type: 'TranscriptAttached',
  data: { jobId, objectKey: `results/t/c/${jobId}.json`, segments: 1, durationSeconds: 1 },
});

const waiting = fold(content, [registered]);
const arrived = fold(content, receiveUpload(waiting, accepted), waiting);

describe('an upload', () => {
  it('makes the item ready, once', () => {
    expect(arrived).toMatchObject({ status: 'ready', bytes: 10 });
    expect(receiveUpload(arrived, accepted)).toEqual([]);
    expect(receiveUpload(arrived, refused)).toEqual([]);
  });

  it('that differs from its registration is refused with the reason', () => {
    const state = fold(content, receiveUpload(waiting, refused), waiting);

    expect(() => ready(state, 'c', ['audio'], now)).toThrow('It is image/png. Register the file again');
  });
});

describe('a job on an item', () => {
  it('needs the file, and the refusal names the end of the upload', () => {
    expect(() => ready(waiting, 'c', ['audio'], now)).toThrow(
      /has not arrived. PUT its bytes .* before 2026-01-01T01/,
    );
    const late = new Date('2026-01-01T01:00:00Z');
    expect(() => ready(waiting, 'c', ['audio'], late)).toThrow(/expired at .*; register the file again/);
  });

  it('needs the right kind, and the refusal names both kinds', () => {
    expect(() => ready(arrived, 'c', ['video'], now)).toThrow(/takes video, and c is audio/);
  });

  it('is refused as not found when the item does not exist or is deleted', () => {
    const gone = fold(content, deleteContent(arrived, 'c'), arrived);

    for (const state of [content.initialState, gone]) {
      expect(() => ready(state, 'c', ['audio'], now)).toThrow(/no content with the id c/);
      expect(() => deleteContent(state, 'c')).toThrow(/no content with the id c/);
    }
  });

  it('attaches its result once', () => {
    const state = fold(content, attachResult(arrived, transcript('j')), arrived);

    expect(attachResult(state, transcript('j'))).toEqual([]);
    expect(attachResult(state, transcript('k'))).toHaveLength(1);
  });
});

describe('erasure', () => {
  it('counts the most vectors that each source ever had, in any order of indexing', () => {
    const runs = fc.array(
      fc.record({ source: fc.constantFrom('document', 'transcript', 'scene'), vectors: fc.nat(500) }),
    );
    fc.assert(
      fc.property(runs, (indexed) => {
        let state: ContentState = arrived;
        for (const run of indexed) {
          const source = run.source as 'document' | 'transcript' | 'scene';
          state = fold(content, recordIndexed(state, { jobId: 'j', source, vectors: run.vectors }), state);
        }
        const gone = fold(content, deleteContent(state, 'c'), state);
        for (const { source, vectors } of indexed) {
          const kept = gone.status === 'deleted' ? gone.vectors[source as 'document'] : undefined;
          expect(kept).toBeGreaterThanOrEqual(vectors);
        }
      }),
    );
  });

  it('is final: no late event restores the item', () => {
    const gone = fold(content, deleteContent(arrived, 'c'), arrived);
    const late: ContentEvent[] = [
      transcript('j'),
      { type: 'ContentRejected', data: { reason: 'empty', detail: '' } },
    ];

    expect(fold(content, late, gone)).toEqual(gone);
    expect(receiveUpload(gone, accepted)).toEqual([]);
    expect(attachResult(gone, transcript('j'))).toEqual([]);
  });
});

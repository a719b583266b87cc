import { defaultReactions } from '@nova/shared/models';
import { contentKinds } from '@nova/shared/vocabulary';
import { describe, expect, it } from 'vitest';
import { jobsAfter } from './reactions.ts';

const uploaded = (kind: (typeof contentKinds)[number]) =>
  ({
    type: 'ContentUploaded',
    data: { kind, contentType: 'x', bytes: 1, etag: 'e', objectKey: 'k' },
  }) as const;

describe('what an upload starts', () => {
  it.each([
    ['document', [{ kind: 'indexing', source: 'document' }]],
    ['image', [{ kind: 'indexing', source: 'image' }]],
    ['audio', [{ kind: 'transcription' }]],
    ['video', [{ kind: 'analysis' }]],
  ] as const)('%s, by default', (kind, tasks) => {
    expect(jobsAfter(uploaded(kind), defaultReactions)).toEqual(tasks);
  });

  it.each(contentKinds)('%s, when the stage wants nothing of itself', (kind) => {
    expect(jobsAfter(uploaded(kind), {})).toEqual([]);
    const asked = uploaded(kind);
    expect(jobsAfter({ ...asked, data: { ...asked.data, react: false } }, defaultReactions)).toEqual([]);
  });
});

describe('what a result starts', () => {
  it('is indexing, for search to find it', () => {
    const data = { jobId: 'j', objectKey: 'k', durationSeconds: 1 };

    expect(jobsAfter({ type: 'TranscriptAttached', data: { ...data, segments: 1 } }, {})).toEqual([
      { kind: 'indexing', source: 'transcript' },
    ]);
    expect(jobsAfter({ type: 'AnalysisAttached', data: { ...data, scenes: 1 } }, {})).toEqual([
      { kind: 'indexing', source: 'scene' },
    ]);
  });
});

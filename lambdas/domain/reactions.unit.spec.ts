import { defaultReactions } from '@nova/shared/models';
import { contentKinds } from '@nova/shared/vocabulary';
import { describe, expect, it } from 'vitest';
import { jobsAfter } from './reactions.ts';

const uploaded = (kind: (typeof contentKinds)[number]) =>
  ({
    type: 'ContentUploaded',
    data: { kind, contentType: 'x', bytes: 1, etag: 'e', objectKey: 'k' },
  }) as const;

describe('an upload', () => {
  it.each([
    ['document', [{ kind: 'indexing', source: 'document' }]],
    ['image', [{ kind: 'indexing', source: 'image' }]],
    ['audio', [{ kind: 'transcription' }]],
    ['video', [{ kind: 'analysis' }]],
  ] as const)('of kind %s starts its jobs by default', (kind, tasks) => {
    expect(jobsAfter(uploaded(kind), defaultReactions)).toEqual(tasks);
  });

  it.each(contentKinds)('of kind %s starts no job when the stage or the registration excludes it', (kind) => {
    expect(jobsAfter(uploaded(kind), {})).toEqual([]);
    const event = uploaded(kind);
    expect(jobsAfter({ ...event, data: { ...event.data, react: false } }, defaultReactions)).toEqual([]);
  });
});

describe('a result', () => {
  it('starts indexing, so that search finds it', () => {
    expect(jobsAfter({ type: 'TranscriptAttached' }, {})).toEqual([
      { kind: 'indexing', source: 'transcript' },
    ]);
    expect(jobsAfter({ type: 'AnalysisAttached' }, {})).toEqual([{ kind: 'indexing', source: 'scene' }]);
  });
});

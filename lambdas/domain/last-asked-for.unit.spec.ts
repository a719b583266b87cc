import type { ContentEvent } from '@nova/shared/events/index';
import { describe, expect, it } from 'vitest';
import { fold } from './aggregate.ts';
import { content } from './content.ts';

const registered: ContentEvent = {
  type: 'ContentRegistered',
  data: {
    filename: 'talk.wav',
    contentType: 'audio/wav',
    kind: 'audio',
    bytes: 10,
    objectKey: 'uploads/t/c',
    uploadExpiresAt: '2026-11-23T10:00:00.000Z',
  },
};
const transcript = (jobId: string): ContentEvent => ({
  type: 'TranscriptAttached',
  data: { jobId, objectKey: `results/t/c/${jobId}.json`, segments: 1, durationSeconds: 2 },
});
const analysis = (jobId: string): ContentEvent => ({
  type: 'AnalysisAttached',
  data: { jobId, objectKey: `results/t/c/${jobId}.json`, scenes: 1, durationSeconds: 2 },
});

describe('results of a content item', () => {
  const all = [registered, transcript('j1'), analysis('j2'), transcript('j3')];

  it('come from the job that was requested last, and every job is recorded', () => {
    expect(fold(content, all)).toMatchObject({
      transcriptKey: 'results/t/c/j3.json',
      analysisKey: 'results/t/c/j2.json',
      results: { j1: true, j2: true, j3: true },
    });
  });

  it('are not replaced by a job that was requested earlier and took longer', () => {
    const state = fold(content, [...all, transcript('j2'), analysis('j1')]);

    expect(state).toMatchObject({
      transcriptKey: 'results/t/c/j3.json',
      analysisKey: 'results/t/c/j2.json',
    });
  });
});

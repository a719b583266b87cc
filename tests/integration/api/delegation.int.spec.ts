import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobAccepted } from '@nova/shared/api/jobs';
import { describe, expect, it } from 'vitest';
import { japaneseTalk } from '../../fixtures/make-recordings.ts';
import { makeSpeech } from '../../fixtures/make-speech.ts';
import { sharedPlatform } from '../testing/platform.ts';

/** Recordings that go to Amazon Transcribe: a language that the speech model has not, and AAC. */

const platform = sharedPlatform();

const fixture = (name: string) => readFile(join(import.meta.dirname, '../../fixtures/recordings', name));

async function transcribed(name: string, bytes: Buffer, contentType: string, language?: string) {
  const { api } = platform;
  const { contentId, upload } = await api.register(name, contentType, bytes.length, { react: false });
  await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: bytes });
  const job = await api.ok<JobAccepted>('POST', '/audio/transcribe', {
    contentId,
    ...(language ? { language } : {}),
  });
  const ended = await api.ended(job);
  const item =
    ended.status === 'done' ? await api.withResult(contentId, 'transcript') : await api.content(contentId);
  return { contentId, job: ended, item };
}

describe('a recording that Amazon Transcribe transcribes', () => {
  it('in Japanese has its words, its speakers and their times', async () => {
    const { contentId, job, item } = await transcribed(
      'kiri.m4a',
      await fixture('japanese.m4a'),
      'audio/mp4',
      'ja',
    );

    expect(job).toMatchObject({ status: 'done', progress: { percent: 100 } });
    expect(item.transcript).toMatchObject({ language: 'ja-JP', model: 'nova-local-stand-in' });
    expect(item.transcript?.segments.map(({ text }) => text)).toEqual(japaneseTalk);
    expect(item.transcript?.segments.map(({ speaker }) => speaker)).toEqual([
      'speaker-1',
      'speaker-2',
      'speaker-1',
    ]);
    expect(item.transcript?.segments[1]).toMatchObject({ text: '今夜は霧が深いですね。' });
    const vtt = await platform.api.call('GET', `/content/${contentId}/transcript?format=vtt`);
    expect(vtt.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
    expect(vtt.text).toContain('<v speaker-2>今夜は霧が深いですね。</v>');
    await platform.api.indexed(contentId);
    const { results } = await platform.api.ok<{ results: { start: number }[] }>('POST', '/search', {
      ...{ query: '今夜は霧が深い', filter: { languages: ['ja'], contentIds: [contentId] } },
    });
    expect(results[0]?.start).toBe(item.transcript?.segments[1]?.start);
  });

  it('in AAC has them too, with the language detected', async () => {
    const { item } = await transcribed('talk.m4a', await fixture('aac.m4a'), 'audio/mp4');

    expect(item.transcript?.segments.map(({ text }) => text)).toEqual([
      'good morning all',
      'hello there',
      'goodbye',
    ]);
  });

  it('of tones in a given language is decoded from its tones', async () => {
    const { item } = await transcribed(
      'toon.wav',
      makeSpeech(['A: goede morgen', 'B: tot ziens']),
      'audio/wav',
      'nl',
    );

    expect(item.transcript?.segments.map(({ text }) => text)).toEqual(['goede morgen', 'tot ziens']);
    expect(item.transcript?.language).toBe('nl-NL');
  });
});

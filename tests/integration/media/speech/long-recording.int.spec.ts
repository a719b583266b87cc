import '../environment.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Line, speak } from '../../../../local/services/bedrock/speech/modem/encode.ts';
import { toWav } from '../../../fixtures/wav.ts';
import { type MediaFixture, startMediaFixture } from '../fixture.ts';
import { transcribeAt } from './speech-job.ts';

/** Recordings of many segments: words, speakers and times of two people. */

let fixture: MediaFixture;
beforeAll(async () => {
  fixture = await startMediaFixture();
});
afterAll(() => fixture.close());
beforeEach(() => fixture.bedrock.faults.set({}));

const sampleRate = 16_000;
const words = 'the quick brown fox jumps over a lazy dog while seven old clocks strike twelve in town'.split(
  ' ',
);

/** A conversation of two people, every line different, with the times of each. */
function conversation(seconds: number) {
  const lines: (Line & { readonly start: number; readonly end: number })[] = [];
  const pieces: Float32Array[] = [];
  let samples = 0;
  const add = (piece: Float32Array) => {
    pieces.push(piece);
    samples += piece.length;
  };
  for (let n = 0; samples < seconds * sampleRate; n += 1) {
    add(new Float32Array(Math.round((0.7 + ((n * 37) % 80) / 100) * sampleRate)));
    const lineWords = Array.from(
      { length: 4 + ((n * 7) % 9) },
      (_, at) => words[(n * 5 + at * 3) % words.length],
    );
    const line = { speaker: n % 2 ? 'B' : 'A', text: `line ${n} ${lineWords.join(' ')}` } as const;
    const start = samples / sampleRate;
    add(speak([line], { sampleRate, pause: 0 }));
    lines.push({ ...line, start, end: samples / sampleRate });
  }
  const all = new Float32Array(samples);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return { lines, wav: toWav(all, { sampleRate, bits: 16, channels: 1 }) };
}

describe('half an hour of two people', () => {
  it('has every word in order, the right speakers, and times within half a second', async () => {
    const { lines, wav } = conversation(30 * 60);

    const { transcript, state } = await transcribeAt(fixture, wav);

    expect(state).toMatchObject({ status: 'done' });
    expect(state.status !== 'none' && state.parts.length).toBeGreaterThan(6);
    const { segments = [] } = transcript ?? {};
    expect(segments.map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual(
      lines.map(({ speaker, text }) => `${speaker}: ${text}`),
    );
    for (const [place, { start, end }] of lines.entries()) {
      expect(Math.abs((segments[place]?.start ?? 0) - start)).toBeLessThan(0.5);
      expect(Math.abs((segments[place]?.end ?? 0) - end)).toBeLessThan(0.5);
    }
  });
});

describe('a recording of several segments', () => {
  it('is transcribed once, although the model fails now and then and every event arrives twice', async () => {
    const { lines, wav } = conversation(9 * 60);
    fixture.bedrock.faults.set({ throttle: 0.1, cut: 0.1, malformed: 0.1, seed: 7 });

    const { transcript, store, state } = await transcribeAt(fixture, wav, { times: () => 2 });

    expect(state).toMatchObject({ status: 'done' });
    expect(transcript?.segments.map(({ text }) => text)).toEqual(lines.map(({ text }) => text));
    const { events } = await store.load({
      tenant: 't',
      aggregate: 'job',
      id: '019ab000-0000-7000-8000-000000000002',
    });
    expect(events.filter(({ type }) => type === 'JobCompleted')).toHaveLength(1);
  });
});

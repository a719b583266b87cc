import { describe, expect, it } from 'vitest';
import { joined, noise, tone, voice } from '../../testing/audio.ts';
import { pitchOf } from './pitch.ts';
import { nameSpeakers } from './speakers.ts';

const rate = 16_000;

describe('pitchOf', () => {
  it.each([80, 110, 150, 220, 300])('returns %i Hz for a voice of that pitch', (hertz) => {
    const pitch = pitchOf(voice(hertz, 1, rate), rate) ?? 0;

    expect(Math.abs(pitch / hertz - 1)).toBeLessThan(0.03);
  });

  it('returns undefined for other sounds', () => {
    expect(pitchOf(noise(1, rate, 0.3), rate)).toBeUndefined();
    expect(pitchOf(tone(700, 1, rate), rate)).toBeUndefined();
    expect(pitchOf(new Float32Array(rate), rate)).toBeUndefined();
    expect(pitchOf(joined(), rate)).toBeUndefined();
  });
});

describe('nameSpeakers', () => {
  it('keeps the names of a single connection', () => {
    const voices = [{ label: 'Ann' }, { label: 'Ben' }, { label: 'Ann' }];

    expect(nameSpeakers(voices.map((one) => ({ connection: '1', ...one })))).toEqual(['Ann', 'Ben', 'Ann']);
  });

  it('names unnamed voices by their pitch', () => {
    const voices = [110, 210, 113, 205, undefined].map((pitch) => ({ connection: '1', pitch }));

    expect(nameSpeakers(voices)).toEqual(['speaker-1', 'speaker-2', 'speaker-1', 'speaker-2', 'unknown']);
  });

  it('gives an unnamed voice the name of the named one with its pitch', () => {
    const voices = [
      { connection: '1', label: 'Ann', pitch: 200 },
      { connection: '1', pitch: 205 },
      { connection: '1', pitch: 100 },
    ];

    expect(nameSpeakers(voices)).toEqual(['Ann', 'Ann', 'speaker-1']);
  });

  it('joins names of two connections by pitch, because each numbers its speakers anew', () => {
    const voices = [
      { connection: '1', label: 'speaker-1', pitch: 200 },
      { connection: '1', label: 'speaker-2', pitch: 100 },
      { connection: '2', label: 'speaker-1', pitch: 102 },
      { connection: '2', label: 'speaker-2', pitch: 150 },
    ];

    expect(nameSpeakers(voices)).toEqual(['speaker-1', 'speaker-2', 'speaker-2', 'speaker-3']);
  });

  it('joins names of two connections by name where there is no pitch', () => {
    const voices = [
      { connection: '1', label: 'A' },
      { connection: '2', label: 'B' },
      { connection: '2', label: 'A' },
    ];

    expect(nameSpeakers(voices)).toEqual(['A', 'B', 'A']);
  });
});

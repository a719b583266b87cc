import { describe, expect, it } from 'vitest';
import { inPieces, joined, voice } from '../../testing/audio.ts';
import { speakerTurns } from './turns.ts';
import { type Utterance, utterances } from './utterances.ts';

const rate = 16_000;
const silence = (seconds: number) => new Float32Array(Math.round(seconds * rate));

async function turns(...parts: Float32Array[]): Promise<Utterance[]> {
  const samples = joined(silence(0.8), ...parts, silence(0.8));
  const found: Utterance[] = [];
  for await (const turn of speakerTurns(utterances(inPieces(samples, [5000]), rate), rate)) found.push(turn);
  return found;
}

describe('speakerTurns', () => {
  it('splits where another voice begins after a short silence', async () => {
    const found = await turns(
      voice(110, 2, rate),
      silence(0.2),
      voice(210, 1, rate),
      silence(0.2),
      voice(110, 1, rate),
    );

    const expected = [
      [0.8, 2.8],
      [3, 4],
      [4.2, 5.2],
    ];
    expect(found).toHaveLength(3);
    for (const [place, [start = 0, end = 0]] of expected.entries()) {
      expect(Math.abs((found[place]?.start ?? 0) - start)).toBeLessThan(0.1);
      expect(Math.abs((found[place]?.end ?? 0) - end)).toBeLessThan(0.1);
      expect((found[place]?.samples.length ?? 0) / rate).toBeCloseTo(end - start, 0);
    }
  });

  it('does not split where the same voice pauses for breath', async () => {
    const found = await turns(
      voice(110, 1, rate),
      silence(0.3),
      voice(120, 1, rate),
      silence(0.2),
      voice(112, 1, rate),
    );

    expect(found).toHaveLength(1);
    expect(found[0]?.pauses).toHaveLength(2);
  });

  it('leaves segments that are split already', async () => {
    const found = await turns(voice(110, 1, rate), silence(1), voice(210, 1, rate));

    expect(found).toHaveLength(2);
    expect(found[0]?.samples.length).toBeGreaterThan(rate * 1.3);
  });
});

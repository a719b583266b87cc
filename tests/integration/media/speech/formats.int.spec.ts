import { describe, expect, it } from 'vitest';
import { openRecording } from '../../../../lambdas/media/recording/open-recording.ts';
import { resample } from '../../../../lambdas/media/resample.ts';
import { speechSampleRate } from '../../../../lambdas/models/speech.ts';
import { collected } from '../../../../lambdas/testing/audio.ts';
import { memoryObjects } from '../../../../lambdas/testing/memory-objects.ts';
import { undeclaredDelay } from '../../../../lambdas/testing/recordings.ts';
import { listen } from '../../../../local/services/bedrock/speech/modem/decode.ts';
import { talk } from '../../../fixtures/make-recordings.ts';
import { encodedTalks, recordingFile } from './recordings.ts';

/** The transcript of a recording has its words, in any format. */

async function wordsIn(name: string, contentType: string, from: number) {
  const file = recordingFile(name);
  const objects = memoryObjects();
  objects.write('talk', file);
  const recording = await openRecording(objects, 'talk', file.length, contentType);
  const samples = await collected(resample(recording.samples(from), recording.sampleRate, speechSampleRate));
  return listen(samples, speechSampleRate);
}

const expectedWords = talk.flatMap((line) => {
  const [, speaker, text = ''] = /^(\w)[^:]*: (.*)$/.exec(line) ?? [];
  return text.split(' ').map((word) => `${speaker}: ${word}`);
});

describe.each([['talk.wav', 'audio/wav'] as const, ...encodedTalks])('%s', (name, contentType) => {
  it('is transcribed word for word', async () => {
    const words = await wordsIn(name, contentType, 0);

    expect(words.map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual(expectedWords);
  });

  it('has its words at the same times, from the middle on', async () => {
    const whole = await wordsIn('talk.wav', 'audio/wav', 0);
    // Before the second line, which begins with these words.
    const second = whole.findIndex(({ speaker }) => speaker === 'B');
    const from = (whole[second]?.start ?? 0) - 0.1;
    const words = await wordsIn(name, contentType, from);

    expect(words.map(({ text }) => text)).toEqual(whole.slice(second).map(({ text }) => text));
    for (const [at, word] of words.entries()) {
      const off = Math.abs(word.start + from - (whole[second + at]?.start ?? 0));
      expect(off).toBeLessThan(undeclaredDelay.includes(name) ? 0.035 : 0.01);
    }
  });
});

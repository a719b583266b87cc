import { expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened } from '../../testing/recordings.ts';

it.each([8, 9, 200, 70_000])(
  'a recording with %d bytes of nothing after it is read to its end',
  async (count) => {
    const file = Buffer.concat([fixture('live.webm'), Buffer.alloc(count)]);

    const { recording } = await opened(file, 'audio/webm');
    const samples = await collected(recording.samples(0));

    const { recording: whole } = await opened(fixture('live.webm'), 'audio/webm');
    expect(recording.seconds).toBe(whole.seconds);
    expect(samples.length / recording.sampleRate).toBeCloseTo(whole.seconds, 1);
  },
);

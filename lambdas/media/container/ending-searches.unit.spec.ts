import { describe, expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened, refusal } from '../../testing/recordings.ts';

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

describe('a recording in which the size of an element cannot be read', () => {
  const file = fixture('live.webm');
  const [tracks, cluster] = ['1654ae6b', '1f43b675'].map((id) => Buffer.from(id, 'hex'));
  /** @param at place of an element, whose size follows the four bytes of its id */
  const withoutSize = (at: number) => {
    const damaged = Buffer.from(file);
    damaged[at + 4] = 0;
    return damaged;
  };

  it('is refused where it is that of the tracks', async () => {
    // Its id stands in an index before it too.
    const damaged = withoutSize(file.lastIndexOf(tracks ?? ''));

    expect(await refusal(opened(damaged, 'audio/webm'))).toContain('no readable audio track');
  });

  it('is read on behind it where it is one of sound', async () => {
    const second = file.indexOf(cluster ?? '', file.indexOf(cluster ?? '') + 4);
    expect(second).toBeGreaterThan(0);

    const { recording } = await opened(withoutSize(second), 'audio/webm');
    const samples = await collected(recording.samples(0));

    const { recording: whole } = await opened(file, 'audio/webm');
    expect(recording.seconds).toBe(whole.seconds);
    expect(samples.length / recording.sampleRate).toBeCloseTo(whole.seconds, 1);
  });
});

import { describe, expect, it } from 'vitest';
import { opened, refusal } from '../../testing/recordings.ts';

/** Frames of AMR: a byte that names the type, and as many bytes as frames of that type have. */
const frames = (mark: string, type: number, bytes: number, count: number) =>
  Buffer.concat([
    Buffer.from(mark),
    ...Array.from({ length: count }, () =>
      Buffer.concat([Buffer.of((type << 3) | 4), Buffer.alloc(bytes, 0x55)]),
    ),
  ]);
const open = async (file: Buffer) => (await opened(file, 'audio/amr')).recording;

describe('an AMR file', () => {
  it.each([
    ['12.2 kbit/s', frames('#!AMR\n', 7, 31, 100), 8000],
    ['silence', frames('#!AMR\n', 8, 5, 100), 8000],
    ['lost frames', frames('#!AMR\n', 15, 0, 100), 8000],
    ['23.85 kbit/s, wide-band', frames('#!AMR-WB\n', 8, 60, 100), 16_000],
    ['lost frames, wide-band', frames('#!AMR-WB\n', 14, 0, 100), 16_000],
  ])('of %s is measured by its frames, and not decoded', async (_, file, sampleRate) => {
    const recording = await open(file);

    expect(recording).toMatchObject({ codec: 'amr', sampleRate, channels: 1, seconds: 2, decodable: false });
    expect(await refusal(recording.samples(0).next())).toContain('which cannot be decoded here');
  });

  it('loses an incomplete last frame', async () => {
    expect((await open(frames('#!AMR\n', 7, 31, 100).subarray(0, -1))).seconds).toBe(1.98);
  });

  it.each([
    ['no frames', Buffer.from('#!AMR\n'), 'it has no sound'],
    ['several channels', Buffer.from('#!AMR_MC1.0\n'), 'AMR of several channels'],
    ['a type that does not exist', frames('#!AMR\n', 13, 0, 3), 'it is damaged at byte 6'],
  ])('is refused for %s, with the reason', async (_, file, reason) => {
    expect(await refusal(open(file))).toContain(reason);
  });
});

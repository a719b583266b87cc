import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../../domain/errors.ts';
import { collected } from '../../testing/audio.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { openRecording } from './open-recording.ts';

const fixture = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../../../../tests/fixtures/recordings', name));

const forms = [
  ['mono.mp3', 'audio/mpeg', 'mp3', 44_100],
  ['vbr-stereo.mp3', 'audio/mpeg', 'mp3', 44_100],
  ['untagged.mp3', 'audio/mpeg', 'mp3', 44_100],
  ['mono.flac', 'audio/flac', 'flac', 16_000],
  ['stereo-24.flac', 'audio/flac', 'flac', 16_000],
  ['opus.ogg', 'audio/ogg', 'opus', 16_000],
  ['opus.m4a', 'audio/mp4', 'opus', 16_000],
  ['mp3.m4a', 'audio/mp4', 'mp3', 44_100],
  ['flac.m4a', 'audio/mp4', 'flac', 16_000],
] as const;

const open = (bytes: Uint8Array, contentType: string) => {
  const objects = memoryObjects();
  objects.write('a', bytes);
  return openRecording(objects, 'a', bytes.length, contentType);
};

/** Everything that is heard in a file, or what it is refused with. */
async function heard(bytes: Uint8Array, contentType: string, from = 0): Promise<Float32Array> {
  return collected((await open(bytes, contentType)).samples(from));
}

describe('a recording', () => {
  it.each(forms)(
    'in %s says how long it is, and lasts as long',
    async (name, contentType, codec, sampleRate) => {
      const recording = await open(fixture(name), contentType);

      expect(recording).toMatchObject({ codec, sampleRate, decodable: true });
      expect(recording.seconds).toBeCloseTo(6.86, 0);
      const samples = await collected(recording.samples(0));
      expect(Math.abs(samples.length / sampleRate - 6.86)).toBeLessThan(0.06);
    },
  );

  it.each(forms)('in %s is the same from any second on', async (name, contentType, _, sampleRate) => {
    const bytes = fixture(name);
    const whole = await heard(bytes, contentType);
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 6.5, noNaN: true }), async (from) => {
        const tail = await heard(bytes, contentType, from);

        const start = Math.round(from * sampleRate);
        expect(tail.length).toBe(whole.length - start);
        let worst = 0;
        for (let at = 0; at < tail.length; at += 1) {
          worst = Math.max(worst, Math.abs((tail[at] ?? 0) - (whole[start + at] ?? 0)));
        }
        expect(worst).toBeLessThan(0.02);
      }),
      { numRuns: 8 },
    );
  });

  it('without a loss is the same from FLAC, with one channel and with two', async () => {
    const mono = await heard(fixture('mono.flac'), 'audio/flac');
    const boxed = await heard(fixture('flac.m4a'), 'audio/mp4');
    const stereo = await heard(fixture('stereo-24.flac'), 'audio/flac');

    expect(boxed).toEqual(mono);
    expect(stereo).toHaveLength(mono.length);
  });

  it('in AAC says what it is, and that it is decoded elsewhere', async () => {
    const recording = await open(fixture('aac.m4a'), 'audio/mp4');

    expect(recording).toMatchObject({ codec: 'aac', decodable: false, sampleRate: 44_100 });
    expect(recording.seconds).toBeCloseTo(6.86, 1);
  });
});

describe('a file that is no recording', () => {
  const refusal = (bytes: Uint8Array, contentType: string) =>
    heard(bytes, contentType).then(String, (error) => error);

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(5000)],
    ['text', Buffer.from('This is no recording at all. '.repeat(500))],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452'.repeat(200), 'hex')],
  ])('but %s is refused in every form', async (_, bytes) => {
    for (const type of ['audio/wav', 'audio/mpeg', 'audio/flac', 'audio/ogg', 'audio/mp4', 'video/mp4']) {
      const error = await refusal(bytes, type);
      expect(error, type).toBeInstanceOf(DomainError);
      expect(error.message, type).toMatch(/^The (recording|WAV file) cannot be transcribed: .{10,}/);
    }
  });

  it.each(forms)(
    'but the truth of %s cut off or damaged anywhere ends, and is heard or refused',
    async (name, contentType) => {
      const bytes = fixture(name);
      const damage = fc.record({
        end: fc.integer({ min: 0, max: bytes.length }),
        places: fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ end, places }) => {
          const broken = Uint8Array.from(bytes.subarray(0, end));
          for (const [at, value] of places) if (at < end) broken[at] = value;

          const outcome = await heard(broken, contentType).catch((error: unknown) => error);

          if (outcome instanceof Float32Array) expect(outcome.length).toBeLessThan(30 * 48_000);
          else expect(outcome).toBeInstanceOf(DomainError);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('but something else than it says is refused', async () => {
    expect((await refusal(fixture('opus.ogg'), 'audio/flac')).message).toContain(
      'does not begin as a FLAC file',
    );
    expect((await refusal(fixture('mono.flac'), 'audio/mp4')).message).toContain('cannot be transcribed');
    expect((await refusal(fixture('mono.flac'), 'application/pdf')).message).toContain(
      'holds no audio; send audio/wav',
    );
  });

  it('but claims ten hours in a header is not believed', async () => {
    const flac = Uint8Array.from(fixture('mono.flac'));
    // The low 32 bits of the number of samples: RFC 9639 §8.2.
    new DataView(flac.buffer).setUint32(4 + 4 + 14, 0xffff_ffff);
    expect((await refusal(flac.subarray(0, 20_000), 'audio/flac')).message).toContain('cut short');

    const mp3 = Uint8Array.from(fixture('mono.mp3'));
    const xing =
      Buffer.from(mp3).indexOf('Info') > 0
        ? Buffer.from(mp3).indexOf('Info')
        : Buffer.from(mp3).indexOf('Xing');
    new DataView(mp3.buffer).setUint32(xing + 8, 10 * 3600 * 38);
    expect((await open(mp3, 'audio/mpeg')).seconds).toBeLessThan(60);
  });

  it('but boxes inside boxes without an end is refused', async () => {
    const depth = 20_000;
    const boxes = Buffer.alloc(24 + depth * 8);
    boxes.write('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1');
    for (let at = 0; at < depth; at += 1) {
      boxes.writeUInt32BE((depth - at) * 8, 24 + at * 8);
      boxes.write(at === 0 ? 'moov' : 'trak', 28 + at * 8, 'latin1');
    }
    expect(await refusal(boxes, 'audio/mp4')).toBeInstanceOf(DomainError);
  });

  it('is not to blame for what the bucket fails with', async () => {
    const lost = new Error('the bucket left');
    for (const [name, contentType] of forms) {
      const bytes = fixture(name);
      const objects = { ...memoryObjects(), range: () => Promise.reject(lost) };
      await expect(openRecording(objects, 'a', bytes.length, contentType)).rejects.toBe(lost);
    }
  });
});

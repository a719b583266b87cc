import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeWmv } from '../../../tests/fixtures/whole-videos.ts';
import { collected } from '../../testing/audio.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { fixture, opened, refusal } from '../../testing/recordings.ts';
import { checkLength } from '../decoding/unreadable.ts';
import { openRecording } from './open-recording.ts';

const refused = (file: Uint8Array, contentType: string) => refusal(opened(file, contentType));
const heard = async (file: Uint8Array, contentType: string) => {
  const { recording } = await opened(file, contentType);
  // Damage can make days of silence.
  checkLength(recording.seconds, 'transcribed');
  return { recording, samples: await collected(recording.samples(0)) };
};
const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};
const ftyp = box('ftyp', Buffer.from('isom\0\0\0\0isom'));

describe('a recording that cannot be read is refused with the reason:', () => {
  const noise = Buffer.from(Uint8Array.from({ length: 50_000 }, (_, at) => (at * at * 31 + at * 7) % 251));

  it.each([
    ['nothing', Buffer.alloc(0), 'audio/mpeg', 'the file is empty'],
    ['garbage as MP3', noise, 'audio/mpeg', 'no frame of MP3'],
    ['garbage as FLAC', noise, 'audio/flac', 'it does not begin as a FLAC file'],
    ['garbage as Ogg', noise, 'audio/ogg', 'it has no page of Ogg'],
    ['garbage as MP4', noise, 'audio/mp4', 'its container cannot be read'],
    ['garbage as something else', noise, 'image/png', 'its format is unknown'],
    ['zeros', Buffer.alloc(10_000), 'audio/mpeg', 'no frame of MP3'],
    ['MP3 as FLAC', fixture('cbr.mp3'), 'audio/flac', 'as FLAC (audio/flac), and its bytes are MP3'],
    ['FLAC as MP3', fixture('talk.flac'), 'audio/mpeg', 'as MP3 (audio/mpeg), and its bytes are FLAC'],
    ['WAV as Ogg', fixture('talk.wav'), 'audio/ogg', 'as Ogg (audio/ogg), and its bytes are WAV'],
    ['PDF as MP3', Buffer.from('%PDF-1.7 and so on'), 'audio/mpeg', 'its bytes are PDF'],
    ['damaged WebM', Buffer.from('\x1a\x45\xdf\xa3 more', 'latin1'), 'audio/webm', 'its header is damaged'],
    ['Speex', fixture('speex.ogg'), 'audio/ogg', 'its audio is Speex'],
    ['cut Matroska', fixture('flac.mka').subarray(0, 10_000), 'audio/matroska', 'cut short'],
    ['AC-3', fixture('ac3.mp4'), 'audio/mp4', 'its audio is AC-3'],
    ['ALAC', fixture('alac.m4a'), 'audio/mp4', 'its audio is ALAC'],
    ['MP4 without boxes', ftyp, 'audio/mp4', 'no readable audio track'],
    ['MP4 without tracks', Buffer.concat([ftyp, box('moov')]), 'audio/mp4', 'no readable audio track'],
    ['a page of Ogg only', fixture('talk.opus').subarray(0, 200), 'audio/ogg', ''],
    ['a cut MP3', fixture('vbr.mp3').subarray(0, 10_000), 'audio/mpeg', 'cut short'],
    ['a cut FLAC', fixture('talk.flac').subarray(0, 20_000), 'audio/flac', 'cut short'],
    ['WAV cut before its sound', fixture('talk.wav').subarray(0, 30), 'audio/wav', 'cut short'],
    ['a cut Flash video', fixture('aac.flv').subarray(0, 10_000), 'video/x-flv', 'cut short'],
    ['MPEG without sound', fixture('mpeg2.mpg').subarray(0, 2048), 'video/mpeg', 'it has no sound'],
    ['Windows Media', makeWmv(2), 'video/x-ms-wmv', 'its audio is Windows Media'],
    ['a cut MP4', fixture('aac.m4a').subarray(0, 10_000), 'audio/mp4', ''],
  ])('%s', async (_, file, contentType, reason) => {
    const message = await refused(file, contentType);

    expect(message).toMatch(/^unsupported-media: .{20}/);
    expect(message).toContain(reason);
  });

  it('xHE-AAC, which Amazon Transcribe is not known to take', async () => {
    const file = Buffer.from(fixture('aac.m4a'));
    // The configuration of the decoder: object type 42, written as 31 and 10, then 44.1 kHz and one channel (ISO/IEC 14496-3 §1.6.2.1).
    const config = file.indexOf(Buffer.from('120856e500', 'hex'));
    Buffer.from('f94820', 'hex').copy(file, config);

    expect(config).toBeGreaterThan(0);
    expect(await refused(file, 'audio/mp4')).toContain('its audio is xHE-AAC, which cannot be decoded');
  });

  it('deeply nested boxes', async () => {
    let inner = Buffer.alloc(0);
    const heads = Array.from({ length: 200_000 }, (_, depth) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(8 + depth * 8);
      head.write('moov', 4, 'latin1');
      return head;
    });
    inner = Buffer.concat([ftyp, ...heads.reverse()]);

    expect(await refused(inner, 'audio/mp4')).toMatch(/^unsupported-media: /);
  });

  it('ten hours in a few bytes', async () => {
    const flac = Buffer.from(fixture('talk.flac'));
    flac.writeUInt32BE(36_000 * 16_000, 8 + 14);
    expect(await refused(flac, 'audio/flac')).toContain(
      'its header says 36000.0 seconds of audio, and the file holds 5.8',
    );

    const mp4 = Buffer.from(fixture('flac.mp4'));
    const times = mp4.indexOf('stts') + 8;
    for (let entry = 0; entry < mp4.readUInt32BE(times); entry += 1) {
      mp4.writeUInt32BE(36_000 * 8000, times + 8 + 8 * entry);
    }
    expect(await refused(mp4, 'audio/mp4')).toContain('and the file holds');
  });

  it.each([
    ['FLAC', 3999],
    ['FLAC', 400_000],
  ])('%s at %i Hz', async (_, sampleRate) => {
    const flac = Buffer.from(fixture('talk.flac'));
    const packed = flac.readUInt32BE(18);
    flac.writeUInt32BE((((sampleRate << 12) >>> 0) | (packed & 0xfff)) >>> 0, 18);

    expect(await refused(flac, 'audio/flac')).toContain(`its sample rate is ${sampleRate} Hz`);
  });

  it('MP4 with too many channels, or with none', async () => {
    for (const channels of [0, 9]) {
      const mov = Buffer.from(fixture('pcm.mov'));
      mov.writeUInt16BE(channels, mov.indexOf('twos') + 4 + 16);
      expect(await refused(mov, 'audio/mp4')).toMatch(/^unsupported-media: /);
    }
  });
});

it('a cut WAV is heard up to its end, because a size in its header may mean nothing', async () => {
  const { recording, samples } = await heard(fixture('talk.wav').subarray(0, 20_044), 'audio/wav');

  expect(recording.seconds).toBe(10_000 / 8000);
  expect(samples).toHaveLength(10_000);
});

it('WebM whose decoder gives more before the sound than there is has no sound', async () => {
  const file = Buffer.from(fixture('second-live.webm'));
  file.writeUInt16LE(49_208, file.indexOf('OpusHead') + 10);

  expect(await refused(file, 'audio/webm')).toContain('it has no sound');
});

it('MP4 with seconds of PCM in a chunk is heard whole', async () => {
  const { recording, samples } = await heard(fixture('mulaw.mov'), 'audio/mp4');

  expect(recording).toMatchObject({ codec: 'ulaw', sampleRate: 8000, seconds: 3 });
  expect(samples).toHaveLength(24_000);
  const original = await heard(fixture('talk.wav'), 'audio/wav');
  const apart = samples.map((sample, at) => Math.abs(sample - (original.samples[at] ?? 0)));
  expect(Math.max(...apart)).toBeLessThan(0.05);
});

describe('AAC', () => {
  it('is described, but not decoded', async () => {
    const { recording } = await opened(fixture('aac.m4a'), 'audio/mp4');

    expect(recording).toMatchObject({ codec: 'aac', sampleRate: 44_100, channels: 1, decodable: false });
    expect(recording.seconds).toBeCloseTo(5.76, 1);
    expect(await refusal(recording.samples(0).next())).toContain('its audio is aac, which cannot be decoded');
  });
});

describe('an error of S3', () => {
  it.each([
    ['cbr.mp3', 'audio/mpeg'],
    ['talk.flac', 'audio/flac'],
    ['talk.opus', 'audio/ogg'],
    ['opus.mp4', 'video/mp4'],
    ['talk.wav', 'audio/wav'],
  ])('is thrown unchanged from %s', async (name, contentType) => {
    const objects = memoryObjects();
    const file = fixture(name);
    objects.write('file', file);
    let left = 0;
    const failing = {
      ...objects,
      range: async (key: string, from: number, to: number) => {
        left -= 1;
        if (left < 0) throw new Error('SlowDown');
        return objects.range(key, from, to);
      },
    };
    const whole = async () => {
      const recording = await openRecording(failing, 'file', file.length, contentType);
      await collected(recording.samples(1));
    };

    for (let allowed = 0; allowed < 50; allowed += 1) {
      left = allowed;
      const message = await refusal(whole());
      if (message === 'no refusal') return;
      expect(message).toBe('undefined: SlowDown');
    }
    expect.unreachable('it never got through');
  });
});

describe.each([
  ['talk.wav', 'audio/wav'],
  ['ima.wav', 'audio/wav'],
  ['microsoft.wav', 'audio/wav'],
  ['second-mp3.wav', 'audio/wav'],
  ['talk.aiff', 'audio/aiff'],
  ['ima4.aifc', 'audio/aiff'],
  ['alaw.au', 'audio/basic'],
  ['talk.caf', 'audio/x-caf'],
  ['second-live.webm', 'audio/webm'],
  ['second-vorbis.webm', 'audio/webm'],
  ['second.mka', 'audio/matroska'],
  ['second.mp3', 'audio/mpeg'],
  ['second-vbr.mp3', 'audio/mpeg'],
  ['second.mp2', 'audio/mpeg'],
  ['second.flac', 'audio/flac'],
  ['second.opus', 'audio/ogg'],
  ['second-vorbis.ogg', 'audio/ogg'],
  ['second-flac.ogg', 'audio/ogg'],
  ['second-short-frames.opus', 'audio/ogg'],
  ['second-opus.mp4', 'audio/mp4'],
  ['second-flac.mp4', 'audio/mp4'],
  ['second-mp3.mp4', 'audio/mp4'],
  ['pcm.mov', 'audio/mp4'],
  ['second.flv', 'video/x-flv'],
  ['aac.flv', 'video/x-flv'],
  ['second.mpg', 'video/mpeg'],
  ['aac.m4a', 'audio/mp4'],
])('%s with damage', (name, contentType) => {
  const file = fixture(name);

  it('decodes at the right times, or is refused', async () => {
    const place = fc.oneof(
      fc.nat({ max: Math.min(2000, file.length - 1) }),
      fc.nat({ max: file.length - 1 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(place, fc.nat({ max: 255 })), { maxLength: 12 }),
        fc.option(fc.nat({ max: file.length }), { freq: 8 }),
        async (damage, cut) => {
          const copy = Buffer.from(file);
          for (const [at, value] of damage) copy[at] = value;
          const outcome = await heard(copy.subarray(0, cut ?? copy.length), contentType).then(
            ({ recording, samples }) => {
              const most = recording.seconds * recording.sampleRate + 1;
              return samples.length <= most && samples.every((one) => Math.abs(one) <= 1) ? 'heard' : 'wrong';
            },
            (error: unknown) => (error as { type?: string }).type ?? error,
          );
          expect(['heard', 'unsupported-media']).toContain(outcome);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('a damaged frame is silent, and the next one is at its time', async () => {
  for (const [name, contentType] of [
    ['talk.flac', 'audio/flac'],
    ['cbr.mp3', 'audio/mpeg'],
  ] as const) {
    const whole = await heard(fixture(name), contentType);
    const copy = Buffer.from(fixture(name));
    copy.fill(0, Math.floor(copy.length / 2), Math.floor(copy.length / 2) + 2000);

    const { samples } = await heard(copy, contentType);

    expect(samples.length).toBe(whole.samples.length);
    const different = samples.filter((one, at) => Math.abs(one - (whole.samples[at] ?? 0)) > 0.01).length;
    expect(different / samples.length).toBeLessThan(0.2);
  }
});

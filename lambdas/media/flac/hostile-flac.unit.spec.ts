import { expect, it } from 'vitest';
import { workBudget } from '../../runtime/work-budget.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { crc8, crc16 } from '../signatures/flac-crc.ts';
import { framesFrom } from './frames.ts';
import { openFlac } from './open-flac.ts';
import { streamInfoBytes } from './stream-info.ts';

/** Samples of a frame, at most, and channels (RFC 9639 §9.1). */
const [samples, channels, sampleRate] = [65_535, 8, 48_000];

/** A frame of 26 bytes that claims to be the first one, and holds as many samples as a frame can. */
function shortFrame(): Buffer {
  // Variable block size, its number in two bytes, eight channels of eight bits; sample 0.
  const header = Buffer.of(0xff, 0xf9, 0x70, 0x72, 0, 0xff, 0xfe, 0);
  header[header.length - 1] = crc8(header, 0, header.length - 1);
  const constant = Buffer.of(0, 1);
  const frame = Buffer.concat([header, ...Array<Buffer>(channels).fill(constant), Buffer.alloc(2)]);
  frame.writeUInt16BE(crc16(frame, 0, frame.length - 2), frame.length - 2);
  return frame;
}

/** A recording of such frames: 1 MB holds two hours of them, again and again. */
function recording(): Buffer {
  const info = Buffer.alloc(streamInfoBytes);
  info.writeUInt16BE(samples, 0);
  info.writeUInt16BE(samples, 2);
  info.writeUInt32BE(sampleRate * 2 ** 12 + (channels - 1) * 2 ** 9 + 7 * 2 ** 4, 10);
  const head = Buffer.concat([Buffer.from('fLaC'), Buffer.of(0x80, 0, 0, info.length), info]);
  return Buffer.concat([head, ...Array<Buffer>(40_000).fill(shortFrame())]);
}

function reader() {
  const file = recording();
  const objects = memoryObjects();
  objects.write('file', file);
  const budget = workBudget({ cpuMs: 300, wallMs: 600_000, shareMs: 0 }, () => new Error('The time is over'));
  return new ObjectReader(objects, 'file', file.length, budget);
}

it('opening a recording of frames that do not bring the time on ends when its time is over', async () => {
  // It would take minutes.
  await expect(openFlac(reader(), 0)).rejects.toThrow('The time is over');
});

it('decoding it is refused', async () => {
  const layout = { first: 42, info: { sampleRate, bits: 8 }, numbering: { by: 'samples', from: 0 } } as const;
  const frames = framesFrom(reader(), layout, { from: 42, channel: undefined });

  await expect(Array.fromAsync(frames, ({ at }) => at)).rejects.toThrow('it begins again after 1.4 seconds');
});

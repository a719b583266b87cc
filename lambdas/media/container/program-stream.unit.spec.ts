import { expect, it } from 'vitest';
import { fixture, opened, refusal } from '../../testing/recordings.ts';

const type = 'video/mpeg';

/** A copy in which each packet of a stream is changed. */
function changed(stream: number, change: (packet: Buffer) => void): Buffer {
  const file = Buffer.from(fixture('mpeg2.mpg'));
  const code = Buffer.from([0, 0, 1, stream]);
  for (let at = file.indexOf(code); at >= 0; at = file.indexOf(code, at + 4)) change(file.subarray(at));
  return file;
}

it('a second sound is left out', async () => {
  let count = 0;
  const file = changed(0xc0, (packet) => {
    count += 1;
    if (count % 2 === 0) packet.writeUInt8(0xc1, 3);
  });
  const { recording } = await opened(file, type);

  expect(count).toBeGreaterThan(10);
  expect(recording.seconds).toBeLessThan(0.6 * 5.8);
});

it.each([
  [0x80, 'AC-3'],
  [0x8a, 'DTS'],
  [0xa0, 'linear PCM of a DVD'],
])('sound of substream %i is refused by its name', async (first, name) => {
  const file = changed(0xc0, (packet) => {
    packet.writeUInt8(0xbd, 3);
    packet.writeUInt8(first, 9 + packet.readUInt8(8));
  });

  expect(await refusal(opened(file, type))).toContain(`its audio is ${name}, which cannot be decoded`);
});

it('encrypted sound is refused', async () => {
  const file = changed(0xc0, (packet) => packet.writeUInt8(packet.readUInt8(6) | 0x30, 6));

  expect(await refusal(opened(file, type))).toContain('it is encrypted');
});

it('a program stream that does not begin with a pack is read from the next one on', async () => {
  const file = Buffer.from(fixture('mpeg2.mpg'));
  file.fill(0x55, 2048, 2300);
  const { recording } = await opened(file, type);

  expect(recording.seconds).toBeGreaterThan(5);
});

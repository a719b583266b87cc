import { EncodedPacketSink } from 'mediabunny';
import { expect, it } from 'vitest';
import { collected } from '../../testing/audio.ts';
import { fixture, opened, readerOf } from '../../testing/recordings.ts';
import { openTracks } from './open-container.ts';

/** Several packets of sound in each block of a WebM file, which has only the time of the first (RFC 9559 §10.3). */

const clusterStart = Buffer.from('1f43b675', 'hex');
const [packetsOfBlock, blocksOfCluster] = [6, 4];

async function packetsOf(file: Buffer) {
  const { input } = await openTracks(readerOf(file), 'webm');
  const track = await input.getPrimaryAudioTrack();
  if (!track) return expect.unreachable('no track');
  const sink = new EncodedPacketSink(track);
  const packets: { readonly at: number; readonly data: Uint8Array }[] = [];
  for (let packet = await sink.getFirstPacket(); packet; packet = await sink.getNextPacket(packet))
    packets.push({ at: packet.timestamp, data: packet.data.slice() });
  return packets;
}

const element = (id: string, content: Buffer): Buffer => {
  const size = Buffer.alloc(8);
  size.writeUIntBE(content.length, 2, 6);
  size.writeUInt8(1, 0);
  return Buffer.concat([Buffer.from(id, 'hex'), size, content]);
};

/** A block of several packets, their sizes in the lacing of Xiph. */
function block(milliseconds: number, packets: readonly Uint8Array[]): Buffer {
  const sizes = packets
    .slice(0, -1)
    .flatMap(({ length }) => [...Array(Math.floor(length / 255)).fill(255), length % 255]);
  const head = Buffer.from([0x81, 0, 0, 0x82, packets.length - 1, ...sizes]);
  head.writeInt16BE(milliseconds, 1);
  return element('a3', Buffer.concat([head, ...packets]));
}

const chunked = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** The file, with its packets in blocks of six. Nothing tells how long the last block of a cluster is. */
async function laced(file: Buffer): Promise<Buffer> {
  const clusters = chunked(chunked(await packetsOf(file), packetsOfBlock), blocksOfCluster).map((blocks) => {
    const start = Math.round(1000 * (blocks[0]?.[0]?.at ?? 0));
    const time = Buffer.alloc(4);
    time.writeUInt32BE(start);
    const parts = blocks.map((packets) =>
      block(
        Math.round(1000 * (packets[0]?.at ?? 0)) - start,
        packets.map(({ data }) => data),
      ),
    );
    return element('1f43b675', Buffer.concat([element('e7', time), ...parts]));
  });
  return Buffer.concat([file.subarray(0, file.indexOf(clusterStart)), ...clusters]);
}

it('every packet of a block is heard, and at its time', async () => {
  const file = fixture('live.webm');
  const [{ recording: whole }, { recording }] = [
    await opened(file, 'audio/webm'),
    await opened(await laced(file), 'audio/webm'),
  ];

  expect(recording.seconds).toBeCloseTo(whole.seconds, 3);
  for (const from of [0, 0.07, 0.93, 2.5, 5.7]) {
    const [expected, found] = [
      await collected(whole.samples(from)),
      await collected(recording.samples(from)),
    ];
    expect(found.length).toBe(expected.length);
    const apart = found.map((sample, at) => Math.abs(sample - (expected[at] ?? 0)));
    expect(Math.max(...apart), `from ${from}`).toBeLessThan(0.01);
  }
});

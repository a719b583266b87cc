import type { Pixels } from '../pictures/write-png.ts';
import { type DecodedPicture, decodeAvif } from './avif-decoder.ts';
import { damaged, type Fault, sizeFault } from './faults.ts';

/** The pixels of an AVIF picture, over white; the first one of a sequence. */
export async function readAvif(file: Uint8Array): Promise<Pixels | Fault> {
  const announced = sizeIn(file);
  const announcedFault = announced && sizeFault(announced.width, announced.height);
  if (announcedFault) return announcedFault;
  const picture = await decodeAvif(file);
  if (picture === 'damaged') return damaged;
  if (picture === 'out-of-memory') return tooMuchMemory;
  const { width, height } = picture;
  const fault = sizeFault(width, height);
  if (fault) return fault;
  return { width, height, kind: 'colours', writeRow: (row, target) => writeOverWhite(picture, row, target) };
}

function writeOverWhite({ width, data }: DecodedPicture, row: number, target: Uint8Array): void {
  for (let column = 0; column < width; column += 1) {
    const at = (row * width + column) * 4;
    const alpha = data[at + 3] ?? 255;
    for (const channel of [0, 1, 2]) {
      const colour = data[at + channel] ?? 255;
      target[column * 3 + channel] = alpha === 255 ? colour : 255 + ((colour - 255) * alpha) / 255;
    }
  }
}

const tooMuchMemory: Fault = {
  fault: 'it takes too much memory to decode; make it smaller, or export it as JPEG, and upload that',
};

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Bytes of a box's header (ISO 14496-12 §4.2), and those of a full box, which has a version and flags. */
const [boxHeader, fullBoxHeader] = [8, 12];

/** The largest size that the items of the file announce (`ispe`, ISO 23008-12 §6.5.3): that of the whole, where it is in tiles. */
function sizeIn(bytes: Uint8Array): Size | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const meta = file.indexOf('meta', 0, 'latin1') - 4;
  if (meta < 0) return undefined;
  const end = Math.min(meta + file.readUInt32BE(meta), file.length) - fullBoxHeader - boxHeader;
  let largest: Size | undefined;
  for (let at = meta; ; at += 1) {
    at = file.indexOf('ispe', at, 'latin1');
    if (at < 0 || at > end) return largest;
    const size = { width: file.readUInt32BE(at + boxHeader), height: file.readUInt32BE(at + fullBoxHeader) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
}

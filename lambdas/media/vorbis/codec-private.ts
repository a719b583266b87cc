import { unreadable } from '../decoding/unreadable.ts';
import { readHead, readSetup, type Setup, type VorbisHead } from './setup.ts';

/** Number of headers after the first, which the first byte tells (Matroska codec specifications, `A_VORBIS`). */
const others = 2;

/**
 * The headers of Vorbis in Matroska: their number, the lengths of all but the last in the lacing of Xiph, then the headers.
 * @throws DomainError `unsupported-media` when they are damaged; the setup is read when it is first asked for
 */
export function vorbisHeaders(codecPrivate: Uint8Array): { readonly head: VorbisHead; setup(): Setup } {
  const lengths: number[] = [];
  let at = 1;
  for (let header = 0; header < others; header += 1) {
    let length = 0;
    while (codecPrivate[at] === 255) {
      length += 255;
      at += 1;
    }
    lengths.push(length + (codecPrivate[at] ?? 0));
    at += 1;
  }
  const [first = 0, comments = 0] = lengths;
  const setupAt = at + first + comments;
  if (codecPrivate[0] !== others || setupAt >= codecPrivate.length)
    throw unreadable('its Vorbis headers are damaged. Convert it again, for example to MP3.');
  const head = readHead(codecPrivate.subarray(at, at + first));
  let setup: Setup | undefined;
  return {
    head,
    setup() {
      setup ??= readSetup(codecPrivate.subarray(setupAt), head.channels);
      return setup;
    },
  };
}

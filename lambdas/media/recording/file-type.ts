import { parseFrameHeader } from '../mp3/frame-header.ts';

export type Container = 'wav' | 'mp3' | 'flac' | 'ogg' | 'mp4';

/** What the first bytes of a file say it is. */
export interface Sniffed {
  /** Undefined for what cannot be read. */
  readonly container: Container | undefined;
  /** For people; undefined where the bytes say nothing. */
  readonly name: string | undefined;
}

/** Bytes that are enough to tell. */
export const sniffBytes = 64;

export const containerNames: Readonly<Record<Container, string>> = {
  wav: 'WAV',
  mp3: 'MP3',
  flac: 'FLAC',
  ogg: 'Ogg',
  mp4: 'MP4',
};

/** Signatures and where they are; of files that cannot be read, for the name. Source: each format's specification. */
const signatures: readonly (readonly [at: number, text: string, Container | string])[] = [
  [0, 'fLaC', 'flac'],
  [0, 'OggS', 'ogg'],
  [4, 'ftyp', 'mp4'],
  [8, 'WAVE', 'wav'],
  [0, '\x1a\x45\xdf\xa3', 'WebM or Matroska'],
  [0, '#!AMR', 'AMR'],
  [0, '\x30\x26\xb2\x75', 'Windows Media'],
  [8, 'AIFF', 'AIFF'],
  [8, 'AIFC', 'AIFF'],
  [8, 'AVI ', 'AVI'],
  [0, 'caff', 'Core Audio'],
  [0, '.snd', 'Sun audio'],
  [0, '%PDF', 'PDF'],
  [0, '\x89PNG', 'PNG'],
  [0, 'PK\x03\x04', 'ZIP'],
];

/** @param head first bytes after any ID3 tag */
export function sniff(head: Uint8Array): Sniffed {
  const text = Buffer.from(head).toString('latin1');
  for (const [at, signature, what] of signatures) {
    if (!text.startsWith(signature, at)) continue;
    return isContainer(what)
      ? { container: what, name: containerNames[what] }
      : { container: undefined, name: what };
  }
  if (parseFrameHeader(head, 0)) return { container: 'mp3', name: containerNames.mp3 };
  // The same sync as MP3, with the layer's bits zero (ISO/IEC 14496-3, ADTS).
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xf6) === 0xf0) return { container: undefined, name: 'ADTS AAC' };
  if (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0) {
    return { container: undefined, name: 'MPEG audio other than MP3' };
  }
  return { container: undefined, name: undefined };
}

const isContainer = (what: string): what is Container => Object.hasOwn(containerNames, what);

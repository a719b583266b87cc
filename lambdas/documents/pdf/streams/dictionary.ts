/** Bytes before a stream in which its dictionary is looked for; those of images and fonts take some hundred. */
const dictionaryBytes = 4096;

/** Facts about a stream from its dictionary. */
export interface StreamDictionary {
  /** The stream is a picture, which the text of a page does not need. */
  readonly isImage: boolean;
  /** Names of its filters in the order of decoding: more than one list where it is not certain which is the stream's. */
  readonly filters: readonly (readonly string[])[];
  /** Its filters may be anywhere in the file. */
  readonly isUncertain: boolean;
  /** LZW codes grow one code early, which is the default (ISO 32000-1, table 8). */
  readonly isEarly: boolean;
}

const image = /\/Subtype\s*\/Image(?![A-Za-z0-9])/;
const filter =
  /\/(?:Filter|F)\s*(?:(?<direct>\/[A-Za-z0-9]+|\[[^\]]{0,512}\])|(?<elsewhere>\d{1,10}\s+\d{1,5}\s+R))/g;

/** The dictionary before a stream: the text after the last `obj`. Filters are read from before it too, in case a string says `obj`. */
export function dictionaryBefore(file: Buffer, stream: number): StreamDictionary {
  const text = plain(file.toString('latin1', Math.max(0, stream - dictionaryBytes), stream));
  const found = [...text.matchAll(filter)].map(({ groups }) => groups);
  return {
    isImage: image.test(text.slice(text.lastIndexOf('obj') + 1)),
    filters: found.map((groups) => groups?.direct?.match(/[A-Za-z0-9]+/g) ?? []),
    isUncertain: found.some((groups) => groups?.elsewhere !== undefined) || !text.includes('obj'),
    isEarly: !/\/EarlyChange\s+0(?!\d)/.test(text),
  };
}

/** Names in their plain spelling (ISO 32000-1 §7.3.5), and no comments. */
const plain = (text: string) =>
  text
    .replaceAll(/%[^\r\n]*/g, ' ')
    .replaceAll(/#([0-9A-Fa-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

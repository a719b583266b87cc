import leven from 'leven';
import { limits } from './limits.ts';
import type { ContentKind } from './vocabulary.ts';

/** Content types that an upload may have, and the kind of content each is. */
export const mediaTypes = {
  'text/plain': 'document',
  'text/markdown': 'document',
  'text/html': 'document',
  'application/pdf': 'document',
  'image/png': 'image',
  'image/jpeg': 'image',
  'audio/wav': 'audio',
  'audio/mpeg': 'audio',
  'audio/flac': 'audio',
  'audio/ogg': 'audio',
  'audio/mp4': 'audio',
  'video/mp4': 'video',
} as const satisfies Record<string, ContentKind>;

export type MediaType = keyof typeof mediaTypes;
export const mediaTypeNames = Object.keys(mediaTypes) as [MediaType, ...MediaType[]];

/** Other names of the same types, used by clients and sniffers. */
const aliases: Readonly<Record<string, MediaType>> = {
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/mp3': 'audio/mpeg',
  'audio/x-mpeg': 'audio/mpeg',
  'audio/x-flac': 'audio/flac',
  'audio/opus': 'audio/ogg',
  'application/ogg': 'audio/ogg',
  'audio/m4a': 'audio/mp4',
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'text/x-markdown': 'text/markdown',
  'image/jpg': 'image/jpeg',
};

/** File name extensions and their media types. */
const extensions: Readonly<Record<string, MediaType>> = {
  txt: 'text/plain',
  text: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
};
export const fileExtensions = Object.keys(extensions);

/** Bytes of a file, at most, by its kind. */
export const bytesOfKind: Readonly<Record<ContentKind, number>> = {
  document: limits.documentBytes,
  image: limits.uploadBytes,
  audio: limits.uploadBytes,
  video: limits.uploadBytes,
};

/** A media type that uploads may have, with everything that a client needs to choose it. */
export interface AcceptedType {
  readonly contentType: MediaType;
  readonly kind: ContentKind;
  readonly maxBytes: number;
  /** Of file names, without the dot. */
  readonly extensions: readonly string[];
  /** Other names of the same type. */
  readonly aliases: readonly string[];
}

/** Everything that uploads may be: the one list for the API, the command, errors and docs. */
export const acceptedTypes: readonly AcceptedType[] = mediaTypeNames.map((contentType) => {
  const named = (names: Readonly<Record<string, MediaType>>) =>
    Object.keys(names).filter((name) => names[name] === contentType);
  const kind = mediaTypes[contentType];
  return {
    contentType,
    kind,
    maxBytes: bytesOfKind[kind],
    extensions: named(extensions),
    aliases: named(aliases),
  };
});

/** What an error about an unknown name suggests. */
const suggestions = 3;

/** The accepted media types whose names, or other names, are most like this one, by edit distance. */
export function nearestTypes(value: string): MediaType[] {
  const distance = ({ contentType, aliases: others }: AcceptedType) =>
    Math.min(...[contentType, ...others].map((name) => leven(value.toLowerCase(), name)));
  const nearest = acceptedTypes.toSorted((a, b) => distance(a) - distance(b));
  return nearest.slice(0, suggestions).map(({ contentType }) => contentType);
}

/** The known file name extensions that are most like that of a file, by edit distance. */
export function nearestExtensions(filename: string): string[] {
  const ending = endingOf(filename);
  return fileExtensions.toSorted((a, b) => leven(ending, a) - leven(ending, b)).slice(0, suggestions);
}

const endingOf = (filename: string) => /\.([^.]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';

/** Media type of a file by its extension; undefined for one that the platform does not accept. */
export function mediaTypeOfName(filename: string): MediaType | undefined {
  const ending = endingOf(filename);
  return Object.hasOwn(extensions, ending) ? extensions[ending] : undefined;
}

/**
 * The canonical media type for a claimed or sniffed one, without its parameters.
 * @param value as in a Content-Type header (RFC 9110 §8.3), such as `text/plain; charset=utf-8`
 * @returns undefined when the platform does not accept that type
 */
export function toMediaType(value: string): MediaType | undefined {
  const essence = (value.split(';')[0] ?? '').trim().toLowerCase();
  const name = aliases[essence] ?? essence;
  return Object.hasOwn(mediaTypes, name) ? (name as MediaType) : undefined;
}

/**
 * The charset of a content type (RFC 9110 §8.3.2), in lower case.
 * @returns undefined when it names none
 */
export function charsetOf(value: string): string | undefined {
  const [, quoted, plain] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(value) ?? [];
  const charset = (quoted ?? plain ?? '').trim().toLowerCase();
  return charset === '' ? undefined : charset;
}

/**
 * A content type as it is registered: the platform's own name of the type, with the charset of a text that is not UTF-8.
 * @returns undefined when the platform does not accept that type
 */
export function registeredType(value: string): string | undefined {
  const type = toMediaType(value);
  const charset = charsetOf(value);
  const isUtf8 = charset === undefined || /^(?:utf-?8|us-ascii)$/.test(charset);
  return type?.startsWith('text/') && !isUtf8 ? `${type}; charset=${charset}` : type;
}

import leven from 'leven';
import { limits } from './limits.ts';
import type { ContentKind } from './vocabulary.ts';

/** Content types that an upload may have, and the kind of content each is. */
export const mediaTypes = {
  'text/plain': 'document',
  'text/markdown': 'document',
  'text/html': 'document',
  'application/pdf': 'document',
  'text/csv': 'document',
  'text/tab-separated-values': 'document',
  'application/json': 'document',
  'application/x-ndjson': 'document',
  'application/yaml': 'document',
  'application/xml': 'document',
  'text/x-source-code': 'document',
  'application/x-subrip': 'document',
  'text/vtt': 'document',
  'application/rtf': 'document',
  'message/rfc822': 'document',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'document',
  'application/vnd.oasis.opendocument.text': 'document',
  'application/vnd.oasis.opendocument.presentation': 'document',
  'application/vnd.oasis.opendocument.spreadsheet': 'document',
  'application/epub+zip': 'document',
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
  'application/xhtml+xml': 'text/html',
  'application/csv': 'text/csv',
  'text/comma-separated-values': 'text/csv',
  'text/x-csv': 'text/csv',
  'text/tsv': 'text/tab-separated-values',
  'text/json': 'application/json',
  'application/ld+json': 'application/json',
  'application/geo+json': 'application/json',
  'application/jsonl': 'application/x-ndjson',
  'application/x-jsonlines': 'application/x-ndjson',
  'application/x-yaml': 'application/yaml',
  'text/yaml': 'application/yaml',
  'text/x-yaml': 'application/yaml',
  'text/xml': 'application/xml',
  'application/rss+xml': 'application/xml',
  'application/atom+xml': 'application/xml',
  'text/srt': 'application/x-subrip',
  'text/x-srt': 'application/x-subrip',
  'application/srt': 'application/x-subrip',
  'text/rtf': 'application/rtf',
  'text/richtext': 'application/rtf',
  'application/x-rtf': 'application/rtf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.template':
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.ms-word.document.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.ms-word.template.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.slideshow':
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.presentationml.template':
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.ms-powerpoint.presentation.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.ms-powerpoint.slideshow.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.ms-powerpoint.template.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.template':
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-excel.sheet.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.ms-excel.template.macroenabled.12':
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.oasis.opendocument.text-template': 'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.presentation-template':
    'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.spreadsheet-template': 'application/vnd.oasis.opendocument.spreadsheet',
  'application/javascript': 'text/x-source-code',
  'application/x-javascript': 'text/x-source-code',
  'text/javascript': 'text/x-source-code',
  'application/typescript': 'text/x-source-code',
  'text/css': 'text/x-source-code',
  'text/x-python': 'text/x-source-code',
  'text/x-script.python': 'text/x-source-code',
  'text/x-java': 'text/x-source-code',
  'text/x-java-source': 'text/x-source-code',
  'text/x-c': 'text/x-source-code',
  'text/x-csrc': 'text/x-source-code',
  'text/x-chdr': 'text/x-source-code',
  'text/x-c++': 'text/x-source-code',
  'text/x-c++src': 'text/x-source-code',
  'text/x-csharp': 'text/x-source-code',
  'text/x-go': 'text/x-source-code',
  'text/x-rust': 'text/x-source-code',
  'text/x-ruby': 'text/x-source-code',
  'text/x-php': 'text/x-source-code',
  'application/x-httpd-php': 'text/x-source-code',
  'text/x-kotlin': 'text/x-source-code',
  'text/x-swift': 'text/x-source-code',
  'text/x-scala': 'text/x-source-code',
  'text/x-sql': 'text/x-source-code',
  'application/sql': 'text/x-source-code',
  'text/x-sh': 'text/x-source-code',
  'text/x-shellscript': 'text/x-source-code',
  'application/x-sh': 'text/x-source-code',
  'text/x-diff': 'text/x-source-code',
  'application/toml': 'text/x-source-code',
  'image/jpg': 'image/jpeg',
};

/** Extensions of source code, of scripts and of settings. */
function codeExtensions(): Readonly<Record<string, MediaType>> {
  const names =
    'js mjs cjs jsx ts mts cts tsx css scss less py java kt kts scala c h cc cpp cxx hpp hh cs go rs rb php swift m mm r jl lua pl pm sh ' +
    'bash zsh ps1 bat sql tf hcl toml ini cfg conf properties gradle groovy dart ex exs erl hs ml clj el lisp vim proto graphql diff patch';
  return Object.fromEntries(names.split(' ').map((name) => [name, 'text/x-source-code']));
}

/** File name extensions and their media types. */
const extensions: Readonly<Record<string, MediaType>> = {
  txt: 'text/plain',
  text: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'text/html',
  pdf: 'application/pdf',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  tab: 'text/tab-separated-values',
  json: 'application/json',
  geojson: 'application/json',
  jsonl: 'application/x-ndjson',
  ndjson: 'application/x-ndjson',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  xml: 'application/xml',
  rss: 'application/xml',
  atom: 'application/xml',
  srt: 'application/x-subrip',
  vtt: 'text/vtt',
  rtf: 'application/rtf',
  eml: 'message/rfc822',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  docm: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  dotx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  pptm: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ppsx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  potx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xlsm: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xltx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  odt: 'application/vnd.oasis.opendocument.text',
  ott: 'application/vnd.oasis.opendocument.text',
  odp: 'application/vnd.oasis.opendocument.presentation',
  otp: 'application/vnd.oasis.opendocument.presentation',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  ots: 'application/vnd.oasis.opendocument.spreadsheet',
  epub: 'application/epub+zip',
  ...codeExtensions(),
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

/** Types other than `text/…` whose files are text, so that no first bytes tell them. */
const textualTypes: ReadonlySet<string> = new Set<MediaType>([
  'application/json',
  'application/x-ndjson',
  'application/yaml',
  'application/xml',
  'application/x-subrip',
]);

/** Whether files of a type are text, in any encoding. */
export const isTextual = (type: MediaType): boolean => type.startsWith('text/') || textualTypes.has(type);

/** The type of a file whose registration does not say what it is (RFC 2046 §4.5.1). */
export const unknownType = 'application/octet-stream';

/** Names that say nothing: of any file, and of office documents and books, which are ZIP files. */
const unknownNames: ReadonlySet<string> = new Set([
  unknownType,
  'binary/octet-stream',
  'application/zip',
  'application/x-zip',
  'application/x-zip-compressed',
]);

/** Whether a content type leaves it to the file's bytes what it is. */
export const isUnknownType = (value: string): boolean =>
  unknownNames.has((value.split(';')[0] ?? '').trim().toLowerCase());

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
  return type && isTextual(type) && !isUtf8 ? `${type}; charset=${charset}` : type;
}

import { invalid } from '../errors.ts';
import { isRecord } from '../json.ts';
import { countTokens, firstTokens, lastTokens } from '../text/tokens.ts';

/** Amazon Nova user guide, "Embeddings request and response schema". */
const schemaVersion = 'nova-multimodal-embed-v1';
const dimensions = [256, 384, 1024, 3072];
const defaultDimension = 3072;
const maxTokens = 8192;
const truncationModes = ['START', 'END', 'NONE'];
const purposes = [
  'GENERIC_INDEX',
  'GENERIC_RETRIEVAL',
  'TEXT_RETRIEVAL',
  'IMAGE_RETRIEVAL',
  'VIDEO_RETRIEVAL',
  'DOCUMENT_RETRIEVAL',
  'AUDIO_RETRIEVAL',
  'CLASSIFICATION',
  'CLUSTERING',
];
const modalities = ['text', 'image', 'audio', 'video'] as const;
const formats: Readonly<Record<MediaModality, readonly string[]>> = {
  image: ['png', 'jpeg', 'gif', 'webp'],
  audio: ['mp3', 'wav', 'ogg'],
  video: ['mp4', 'mov', 'mkv', 'webm', 'flv', 'mpeg', 'mpg', 'wmv', '3gp'],
};

export type MediaModality = 'image' | 'audio' | 'video';

export type EmbeddingRequest = { readonly dimension: number } & (
  | {
      readonly modality: 'text';
      readonly text: string;
      readonly tokens: number;
      /** Characters kept, when the text was too long. */
      readonly truncatedTo?: number;
    }
  | {
      readonly modality: MediaModality;
      /** One of the formats of its modality. */
      readonly format: string;
      readonly source: Record<string, unknown>;
    }
);

/**
 * What a request body asks for.
 * @throws AwsError `ValidationException` naming the field
 */
export function parseEmbeddingRequest(body: Uint8Array): EmbeddingRequest {
  const request = parseJson(body);
  expectOneOf(request, 'schemaVersion', [schemaVersion]);
  expectOneOf(request, 'taskType', ['SINGLE_EMBEDDING']);
  const params = request.singleEmbeddingParams;
  if (!isRecord(params)) throw invalid('singleEmbeddingParams: must be an object');
  expectOneOf(params, 'embeddingPurpose', purposes);
  const dimension = params.embeddingDimension ?? defaultDimension;
  if (typeof dimension !== 'number' || !dimensions.includes(dimension)) {
    throw invalid(`singleEmbeddingParams.embeddingDimension: must be one of ${dimensions.join(', ')}`);
  }
  const given = modalities.filter((modality) => params[modality] !== undefined);
  const [modality] = given;
  if (modality === undefined || given.length > 1) {
    throw invalid(`singleEmbeddingParams: give exactly one of ${modalities.join(', ')}`);
  }
  const input = params[modality];
  if (!isRecord(input)) throw invalid(`singleEmbeddingParams.${modality}: must be an object`);
  return { dimension, ...(modality === 'text' ? textInput(input) : mediaInput(modality, input)) };
}

function textInput(input: Record<string, unknown>) {
  expectOneOf(input, 'truncationMode', truncationModes);
  const { value } = input;
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalid('singleEmbeddingParams.text.value: must be text that is not blank');
  }
  const tokens = countTokens(value);
  if (tokens <= maxTokens) return { modality: 'text', text: value, tokens } as const;
  if (input.truncationMode === 'NONE') {
    throw invalid(
      `singleEmbeddingParams.text.value: ${tokens} tokens; at most ${maxTokens} with truncationMode NONE`,
    );
  }
  const text =
    input.truncationMode === 'START' ? lastTokens(value, maxTokens) : firstTokens(value, maxTokens);
  return { modality: 'text', text, tokens: maxTokens, truncatedTo: text.length } as const;
}

function mediaInput(modality: MediaModality, input: Record<string, unknown>) {
  expectOneOf(input, 'format', formats[modality]);
  if (modality === 'video') expectOneOf(input, 'embeddingMode', ['AUDIO_VIDEO_COMBINED']);
  if (!isRecord(input.source)) throw invalid(`singleEmbeddingParams.${modality}.source: must be an object`);
  return { modality, format: String(input.format), source: input.source };
}

function parseJson(body: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw invalid('Malformed input request: the body is not JSON');
  }
  if (!isRecord(value)) throw invalid('Malformed input request: the body must be a JSON object');
  return value;
}

function expectOneOf(record: Record<string, unknown>, field: string, allowed: readonly string[]): void {
  const value = record[field];
  if (typeof value !== 'string' || !allowed.includes(value)) {
    throw invalid(`${field}: must be ${allowed.length > 1 ? 'one of ' : ''}${allowed.join(', ')}`);
  }
}

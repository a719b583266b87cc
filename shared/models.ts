import type { ContentKind, JobKind } from './vocabulary.ts';

/**
 * Default models, by their own ids; `modelsIn` in `regions.ts` gives the ids by which a region reaches them. Ids as of November
 * 2026.
 */
export const defaultModels = {
  chat: 'anthropic.claude-sonnet-4-6',
  speech: 'amazon.nova-2-sonic-v1:0',
  /** It reads the text in pictures too. */
  video: 'amazon.nova-2-lite-v1:0',
  embedding: 'amazon.nova-2-multimodal-embeddings-v1:0',
} as const;

/** What the platform uses a model for. */
export type ModelRole = keyof typeof defaultModels;

/** A model as IAM names it in a region. */
export const foundationModelArn = (region: string, model: string) =>
  `arn:aws:bedrock:${region}::foundation-model/${model}`;

/**
 * The model that a setting names. A model of another region than the stage's is named by its ARN.
 * @returns its id, and its region unless that is the stage's own
 */
export function modelAddress(idOrArn: string): { readonly id: string; readonly region: string | undefined } {
  const [, region, id] = /^arn:aws:bedrock:([^:]+)::foundation-model\/(.+)$/.exec(idOrArn) ?? [];
  return { id: id ?? idOrArn, region };
}

/**
 * Languages the speech model understands, as the first part of a language tag. Source: Amazon Nova 2 Sonic user guide,
 * language support.
 */
export const speechLanguages = ['en', 'fr', 'it', 'de', 'es', 'pt', 'hi'] as const;

/**
 * Languages that Amazon Transcribe supports in batch jobs with speaker labels, by its own codes; the first code of a
 * language is its default. Source: Amazon Transcribe developer guide, "Supported languages".
 */
export const transcribeLanguages = [
  ...['ja-JP', 'zh-CN', 'zh-TW', 'ko-KR', 'en-US', 'en-GB', 'en-AU', 'en-IN', 'fr-FR', 'fr-CA', 'it-IT'],
  ...['de-DE', 'de-CH', 'es-US', 'es-ES', 'pt-BR', 'pt-PT', 'hi-IN', 'nl-NL', 'sv-SE', 'da-DK', 'pl-PL'],
  ...['ru-RU', 'tr-TR', 'ar-SA', 'ar-AE', 'he-IL', 'id-ID', 'ms-MY', 'th-TH', 'vi-VN', 'uk-UA', 'fa-IR'],
] as const;

/** Response header, and member of stored results, by which a stand-in for a model identifies itself. */
export const standInHeader = 'x-nova-stand-in';

export interface TokenPrice {
  /** US dollars for a million tokens. */
  readonly input: number;
  readonly output: number;
}

/**
 * List prices per million tokens, us-east-1, for the estimate in `GET /usage`. Source: the providers' public list
 * prices on 2026-11-23; AWS's bill is authoritative. The key is a part of the model id.
 */
const tokenPrices: readonly (readonly [string, TokenPrice])[] = [
  ['claude-sonnet', { input: 3, output: 15 }],
  ['nova-2-sonic', { input: 3, output: 12 }],
  ['nova-2-lite', { input: 0.3, output: 2.5 }],
  ['nova-2-multimodal-embeddings', { input: 0.135, output: 0 }],
];

/**
 * Estimated cost of some tokens at list price.
 * @returns US dollars; 0 for a model without a known price, such as a stand-in
 */
export function tokenCostUsd(model: string, tokens: { inputTokens: number; outputTokens: number }): number {
  const price = tokenPrices.find(([part]) => model.includes(part))?.[1];
  return price ? (tokens.inputTokens * price.input + tokens.outputTokens * price.output) / 1e6 : 0;
}

/** Jobs that an upload starts by itself, by its kind; a stage's settings may differ. */
export const defaultReactions: Readonly<Record<ContentKind, readonly JobKind[]>> = {
  document: ['indexing'],
  image: ['indexing'],
  audio: ['transcription'],
  video: ['analysis'],
};

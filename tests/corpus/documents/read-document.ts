import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { limits } from '@nova/shared/limits';
import { mediaTypeOfName, mediaTypes } from '@nova/shared/media-types';
import { documentBudget } from '../../../lambdas/documents/document-budget.ts';
import { documentPassages } from '../../../lambdas/documents/passages/passages.ts';
import { readDocument } from '../../../lambdas/documents/read-document.ts';
import type { ExistingContent } from '../../../lambdas/domain/content.ts';
import { DomainError } from '../../../lambdas/domain/errors.ts';
import { memoryObjects } from '../../../lambdas/testing/memory-objects.ts';

/** What the product makes of a file. */
export type Read =
  | {
      readonly text: string;
      readonly passages: readonly string[];
      /** The passages that end with running text: tables, lists, code and headings have no sentences to cut. */
      readonly prose: readonly string[];
      readonly warnings: readonly string[];
      readonly milliseconds: number;
    }
  | { readonly refusal: string; readonly milliseconds: number };

/** Milliseconds that a file may take, far more than its budget of a processor's time on any machine. */
const patienceMs = 600_000;

/** Whether uploads of this name can be read as documents. */
export function isDocument(path: string): boolean {
  const type = mediaTypeOfName(path);
  return type !== undefined && mediaTypes[type] === 'document';
}

/**
 * Reads a document as the index function does, and cuts it into passages.
 * @throws any error that is no refusal: a fault of the product
 */
export async function readAsProduct(path: string): Promise<Read> {
  const bytes = await readFile(path);
  const objects = memoryObjects();
  objects.write('file', bytes);
  const startedAt = performance.now();
  const passed = () => Math.round(performance.now() - startedAt);
  if (bytes.length === 0) return { refusal: 'The file is empty.', milliseconds: passed() };
  if (bytes.length > limits.documentBytes)
    return { refusal: 'The file is too large.', milliseconds: passed() };
  const item: ExistingContent = {
    ...{
      status: 'ready',
      kind: 'document',
      filename: basename(path),
      bytes: bytes.length,
      objectKey: 'file',
    },
    ...{ contentType: mediaTypeOfName(path) ?? '', uploadExpiresAt: '', results: {}, vectors: {} },
  };
  const budget = documentBudget(new Date(Date.now() + patienceMs));
  try {
    const read = readDocument(objects, item, budget);
    const blocks = await Array.fromAsync(read.blocks);
    const passages = await Array.fromAsync(documentPassages(blocks, budget));
    const passageTexts = passages.map(({ text }) => text);
    const lines = new Set(blocks.flatMap(({ kind, text }) => (kind === 'paragraph' ? [] : lastLine(text))));
    return {
      text: blocks.map(({ text }) => text).join('\n'),
      passages: passageTexts,
      prose: passageTexts.filter((text) => !lines.has(lastLine(text))),
      warnings: read.warnings(),
      milliseconds: passed(),
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { refusal: error.message, milliseconds: passed() };
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

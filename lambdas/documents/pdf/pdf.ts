import { on } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';
import { collectGarbage, uses } from '../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import type { DocumentPart } from '../blocks/block.ts';
import type { PdfRest } from './pdf-parts.ts';
import { type FromThread, type PdfTask, startPdfThread, taken } from './pdf-thread.ts';
import { checkStreams } from './streams/pdf-streams.ts';

/** Milliseconds between two looks at the budget and the memory. */
const lookEveryMs = 100;

/**
 * The share of the function's memory at which the thread is ended. What is in an encrypted file is known only to PDF.js, which
 * decompresses it without a limit; beyond its memory Lambda ends the function without a reason.
 */
const mostMemory = 0.95;

/**
 * Reads a PDF file. PDF.js reads it in a thread of its own, which ends when the budget is used up: repairing a damaged file may
 * take PDF.js the square of its length, and nothing else interrupts it.
 * @param budget counts the processor time of the process, with that of the thread
 * @returns where the reading continues in another invocation, undefined at the end of the file
 * @throws DomainError `unsupported-media` when it cannot be read, is protected, holds no text or decompresses to too much
 */
export async function* readPdf(
  bytes: Uint8Array,
  budget: WorkBudget,
  task: PdfTask = {},
): AsyncGenerator<DocumentPart, PdfRest | undefined> {
  // The file stays as it is: the check blanks pictures, and the thread takes the bytes.
  const copy = new Uint8Array(bytes);
  const pictures = checkStreams(copy, budget);
  // A small file may decompress to a large one.
  collectGarbage(limits.documentStreamBytes);
  const thread = startPdfThread(copy, pictures > 0 ? new Uint8Array(bytes) : undefined, task);
  const stop = new AbortController();
  const timer = setInterval(() => {
    try {
      budget();
      if (!uses(mostMemory)) return;
      collectGarbage(limits.documentStreamBytes);
      if (uses(mostMemory)) stop.abort(tooComplex());
    } catch (error) {
      stop.abort(error);
    }
  }, lookEveryMs);
  try {
    return yield* partsFrom(thread, on(thread, 'message', { signal: stop.signal, close: ['exit'] }));
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason;
    throw isOutOfMemory(error) ? tooComplex() : error;
  } finally {
    clearInterval(timer);
    await thread.terminate();
  }
}

async function* partsFrom(
  thread: Worker,
  messages: AsyncIterable<unknown>,
): AsyncGenerator<DocumentPart, PdfRest | undefined> {
  for await (const [message] of messages as AsyncIterable<readonly [FromThread]>) {
    if ('end' in message) return message.end;
    if ('refusal' in message) throw new DomainError('unsupported-media', message.refusal);
    yield message.part;
    if (message.part.kind === 'picture') thread.postMessage(taken);
  }
  throw new Error('The thread that reads the PDF ended before the file did');
}

/** Source: Node.js documentation, "Errors", ERR_WORKER_OUT_OF_MEMORY. */
const isOutOfMemory = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const tooComplex = () =>
  new DomainError(
    'unsupported-media',
    'The PDF takes more memory to read than the function that indexes has; simplify it or split it, and upload that.',
  );

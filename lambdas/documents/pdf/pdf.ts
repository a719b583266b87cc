import { limits } from '@nova/shared/limits';
import { DomainError } from '../../domain/errors.ts';
import { collectGarbage } from '../../runtime/collect-garbage.ts';
import type { WorkBudget } from '../../runtime/work-budget.ts';
import { checkStreamSizes } from './pdf-streams.ts';
import { type FromThread, startPdfThread } from './pdf-thread.ts';

/** Milliseconds between two looks at the budget. */
const lookEveryMs = 200;

/**
 * The text of a PDF file. PDF.js reads it in a thread of its own, which ends when the budget is used up: repairing a damaged
 * file may take PDF.js the square of its length, and nothing else interrupts it.
 * @param budget counts the processor time of the process, with that of the thread
 * @throws DomainError `unsupported-media` when it cannot be read, is protected, holds no text or decompresses to too much
 */
export async function pdfText(bytes: Uint8Array, budget: WorkBudget): Promise<string> {
  checkStreamSizes(bytes, budget);
  // A small file may decompress to a large one.
  collectGarbage(limits.documentStreamBytes);
  const thread = startPdfThread(bytes);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const pieces: string[] = [];
  thread.on('message', (message: FromThread) => {
    if ('piece' in message) pieces.push(message.piece);
    else if ('refusal' in message) reject(new DomainError('unsupported-media', message.refusal));
    else resolve(pieces.join(''));
  });
  thread.once('error', (error) => reject(isOutOfMemory(error) ? tooComplex() : error));
  thread.once('exit', (code) => reject(new Error(`The thread that reads the PDF ended with code ${code}`)));
  const timer = setInterval(() => {
    try {
      budget();
    } catch (error) {
      reject(error);
    }
  }, lookEveryMs);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    await thread.terminate();
  }
}

/** Source: Node.js documentation, "Errors", ERR_WORKER_OUT_OF_MEMORY. */
const isOutOfMemory = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const tooComplex = () =>
  new DomainError(
    'unsupported-media',
    'The PDF takes more memory to read than the function that indexes has; simplify it or split it, and upload that.',
  );

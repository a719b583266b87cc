import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { DomainError } from '../../domain/errors.ts';
import { endOf, type Share } from '../../runtime/work-budget.ts';
import type { DocumentPart } from '../blocks/block.ts';
import { type PdfRest, pdfParts } from './pdf-parts.ts';

/** The thread sends the parts of the document, then its end, with what is left of it, or a refusal. After a picture it waits for {@link taken}. */
export type FromThread =
  | { readonly part: DocumentPart }
  | { readonly refusal: string }
  | { readonly end: PdfRest | undefined };

/** Tells the thread that a picture is being read. */
export const taken = 'taken';

/** What the thread is given to read. */
export interface PdfTask {
  /** The pages before, which another invocation has read. */
  readonly from?: PdfRest | undefined;
  /** The share of the invocation in which pages are read; the whole file is read when absent. */
  readonly share?: Share | undefined;
}

/** Marks the threads of this module among others that may load it. */
const task = 'nova-pdf';

interface ThreadData extends PdfTask {
  readonly task: typeof task;
  readonly bytes: Uint8Array;
  readonly original: Uint8Array | undefined;
}

/**
 * Megabytes of the thread's heap, so that V8 collects early: by default it takes the machine's memory for its own. Where Node.js starts
 * with `--max-old-space-size`, as Lambda starts it, that flag wins, and the memory of the function is the bound.
 */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 6 };

/**
 * Starts a thread that reads a PDF file. It runs this module, so that a bundle needs no file of its own for it.
 * @param bytes without pictures; are left empty
 * @param original the same file with its pictures, which is left empty too
 */
export function startPdfThread(
  bytes: Uint8Array<ArrayBuffer>,
  original: Uint8Array<ArrayBuffer> | undefined,
  { from, share }: PdfTask,
): Worker {
  const data: ThreadData = { task, bytes, original, from, share };
  const transferList = [bytes.buffer, ...(original ? [original.buffer] : [])];
  // Without the flags of the process: they are for its own main thread.
  return new Worker(new URL(import.meta.url), {
    ...{ workerData: data, transferList, execArgv: [], resourceLimits },
  });
}

async function read(
  { bytes, original, from, share }: ThreadData,
  send: (message: FromThread) => void,
): Promise<void> {
  try {
    const reading = { ...(from ? { from } : {}), ...(share ? { isOver: endOf(share) } : {}) };
    const parts = pdfParts(bytes, original, reading);
    let next = await parts.next();
    for (; !next.done; next = await parts.next()) {
      send({ part: next.value });
      // A picture takes seconds to read: pages beyond it would fill the memory, and use no share of the time.
      if (next.value.kind === 'picture' && parentPort) await once(parentPort, 'message');
    }
    send({ end: next.value });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    send({ refusal: error.message });
  }
}

const given = workerData as ThreadData | null;
// PDF.js also rejects promises of damaged files that nothing awaits: what matters rejects those that are awaited.
if (given?.task === task) process.on('unhandledRejection', () => undefined);
if (given?.task === task) await read(given, (message) => parentPort?.postMessage(message));

import { parentPort, Worker, workerData } from 'node:worker_threads';
import { DomainError } from '../../domain/errors.ts';
import type { DocumentPart } from '../blocks/block.ts';
import { pdfParts } from './pdf-parts.ts';

/** The thread sends the parts of the document, then its end or a refusal. */
export type FromThread =
  | { readonly part: DocumentPart }
  | { readonly refusal: string }
  | { readonly end: true };

/** Marks the threads of this module among others that may load it. */
const task = 'nova-pdf';

interface ThreadData {
  readonly task: typeof task;
  readonly bytes: Uint8Array;
}

/**
 * Megabytes of the thread's heap, so that V8 collects early: by default it takes the machine's memory for the function's. Buffers
 * come on top, in the 256 MB of the function that indexes.
 */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 };

/**
 * Starts a thread that reads a PDF file. It runs this module, so that a bundle needs no file of its own for it.
 * @param bytes are left empty
 */
export function startPdfThread(bytes: Uint8Array<ArrayBuffer>): Worker {
  const data: ThreadData = { task, bytes };
  // Without the flags of the process: they are for its own main thread.
  return new Worker(new URL(import.meta.url), {
    ...{ workerData: data, transferList: [bytes.buffer], execArgv: [], resourceLimits },
  });
}

async function read(bytes: Uint8Array, send: (message: FromThread) => void): Promise<void> {
  try {
    for await (const part of pdfParts(bytes)) send({ part });
    send({ end: true });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    send({ refusal: error.message });
  }
}

const given = workerData as ThreadData | null;
if (given?.task === task) await read(given.bytes, (message) => parentPort?.postMessage(message));

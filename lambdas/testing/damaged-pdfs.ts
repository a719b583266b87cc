import { parentPort, Worker, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { pdfParts } from '../documents/pdf/pdf-parts.ts';
import { checkStreams } from '../documents/pdf/streams/pdf-streams.ts';
import { DomainError } from '../domain/errors.ts';
import { unlimited } from '../runtime/work-budget.ts';

/**
 * Reads damages of a PDF file, which is cut short or some of whose bits are turned. It runs in a thread, because PDF.js rejects promises of
 * damaged files that nothing awaits, as the thread that reads a PDF expects.
 * @returns the errors that are no reason for people
 */
export async function faultsOfDamaged(file: Uint8Array, damages: number): Promise<string[]> {
  const thread = new Worker(new URL(import.meta.url), {
    workerData: { damagedPdf: file, damages },
    execArgv: [],
  });
  try {
    return await new Promise<string[]>((resolve, reject) => {
      thread.once('message', resolve).once('error', reject);
    });
  } finally {
    await thread.terminate();
  }
}

const damageOf = (length: number) =>
  fc.record({
    end: fc.oneof(fc.constant(length), fc.nat(length)),
    bits: fc.array(fc.nat(length * 8 - 1), { maxLength: 8 }),
  });

async function faultOf(file: Buffer): Promise<string[]> {
  try {
    const blanked = new Uint8Array(file);
    const pictures = checkStreams(blanked, unlimited);
    await Array.fromAsync(pdfParts(blanked, pictures > 0 ? new Uint8Array(file) : undefined));
    return [];
  } catch (error) {
    return error instanceof DomainError
      ? []
      : [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

const given = workerData as { readonly damagedPdf?: Uint8Array; readonly damages: number } | null;
if (given?.damagedPdf) {
  process.on('unhandledRejection', () => undefined);
  const faults: string[] = [];
  for (const { end, bits } of fc.sample(damageOf(given.damagedPdf.length), {
    numRuns: given.damages,
    seed: 18,
  })) {
    const damaged = Buffer.from(given.damagedPdf);
    for (const bit of bits) damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    faults.push(...(await faultOf(damaged.subarray(0, end))));
  }
  parentPort?.postMessage(faults);
}

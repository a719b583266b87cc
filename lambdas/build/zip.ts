import { createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { functionNames, functions } from '@nova/shared/functions';
import { ZipFile } from 'yazl';

/**
 * Zips each zip function's bundle into `dist/<function>.zip`, the same bytes for the same bundle: one entry, a fixed
 * date and mode. ZIP dates have no zone, so the process must think in UTC.
 */
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const zipDate = new Date('1980-01-01T00:00:00Z');
const readableByAll = 0o100644;

const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} kB`.padStart(8);

/** @returns the size of the zip in bytes */
async function zip(name: string, bundle: Buffer): Promise<number> {
  const file = new ZipFile();
  file.addBuffer(bundle, 'index.mjs', { mtime: zipDate, mode: readableByAll, forceDosTimestamp: true });
  file.end();
  const target = `${dist}${name}.zip`;
  await pipeline(file.outputStream, createWriteStream(target));
  return (await stat(target)).size;
}

process.env.TZ = 'UTC';
for (const name of functionNames) {
  const bundle = await readFile(`${dist}${name}/index.mjs`);
  const zipped =
    functions[name].packaging === 'zip' ? `${kilobytes(await zip(name, bundle))} zipped` : '   image';
  process.stdout.write(`  ${name.padEnd(18)}${kilobytes(bundle.length)} → ${zipped}\n`);
}

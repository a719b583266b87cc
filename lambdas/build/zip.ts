import { createWriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { functionNames, functions } from '@nova/shared/functions';
import { ZipFile } from 'yazl';

/**
 * Zips the bundle of each zip function into `dist/<function>.zip`. Equal bundles give equal bytes: entries are in the order of
 * their names, with a fixed date and mode. ZIP dates have no time zone, so the process runs in UTC.
 */
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const zipDate = new Date('1980-01-01T00:00:00Z');
const readableByAll = 0o100644;

const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} kB`.padStart(8);

/** Files that belong to a bundle; source maps do not. */
const bundled = /\.(?:mjs|bcmap|wasm)$|\bLICENSE$/;

/** The files of a bundle by name: its entry, the chunks that it loads on demand, and data beside them. */
async function bundleFiles(name: string): Promise<[string, Buffer][]> {
  const names = (await readdir(`${dist}${name}`, { recursive: true }))
    .filter((file) => bundled.test(file))
    .sort();
  return Promise.all(
    names.map(async (file): Promise<[string, Buffer]> => [file, await readFile(`${dist}${name}/${file}`)]),
  );
}

/** @returns the size of the zip in bytes */
async function zip(name: string, files: readonly [string, Buffer][]): Promise<number> {
  const file = new ZipFile();
  for (const [entry, bytes] of files) {
    file.addBuffer(bytes, entry, { mtime: zipDate, mode: readableByAll, forceDosTimestamp: true });
  }
  file.end();
  const target = `${dist}${name}.zip`;
  await pipeline(file.outputStream, createWriteStream(target));
  return (await stat(target)).size;
}

process.env.TZ = 'UTC';
for (const name of functionNames) {
  const files = await bundleFiles(name);
  const size = files.reduce((sum, [, { length }]) => sum + length, 0);
  const zipped =
    functions[name].packaging === 'zip' ? `${kilobytes(await zip(name, files))} zipped` : '   image';
  process.stdout.write(`  ${name.padEnd(18)}${kilobytes(size)} → ${zipped}\n`);
}

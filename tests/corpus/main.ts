import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runMain, UserError } from '@nova/shared/run-main';
import { table } from '../../cli/output/table.ts';
import { processTerminal } from '../../cli/output/terminal.ts';
import { type Comparison, compare, cutShare } from './measure.ts';
import { isDocument, type Read, readAsProduct } from './read-file.ts';
import { isReference, referenceOf } from './reference.ts';

/** Every document of a folder read by the product, and compared with a reference: `make corpus`. */

interface Result {
  readonly file: string;
  readonly read: Read | { readonly fault: string };
  readonly compared?: (Comparison & { readonly from: string }) | undefined;
}

const terminal = processTerminal();

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

async function resultOf(directory: string, path: string, all: ReadonlySet<string>): Promise<Result> {
  const file = relative(directory, path);
  const read = await readAsProduct(path).catch((error: Error) => ({ fault: String(error.stack ?? error) }));
  if (!('text' in read)) return { file, read };
  const reference = await referenceOf(path, all);
  return {
    file,
    read,
    compared: reference && { ...compare(read.text, reference.text), from: reference.from },
  };
}

/** Texts are long, and are not what was measured. */
function withoutText({ file, read, compared }: Result) {
  if (!('text' in read)) return { file, ...read };
  const { passages, prose, warnings, milliseconds } = read;
  return { file, passages: passages.length, cut: cutShare(prose), warnings, milliseconds, ...compared };
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

function print(results: readonly Result[]): void {
  const measure = (of: (compared: Comparison) => number) => (result: Result) =>
    result.compared ? percent(of(result.compared)) : '';
  table(
    terminal,
    [
      { title: 'FILE', text: ({ file }: Result) => file },
      { title: 'RECALL', text: measure(({ recall }) => recall), align: 'right' },
      { title: 'PRECISION', text: measure(({ precision }) => precision), align: 'right' },
      { title: 'ORDER', text: measure(({ order }) => order), align: 'right' },
      {
        title: 'GLUED',
        text: ({ compared }) => (compared ? `${compared.glued.toFixed(1)} ‰` : ''),
        align: 'right',
      },
      {
        title: 'CUT',
        text: ({ read }) => ('text' in read ? percent(cutShare(read.prose)) : ''),
        align: 'right',
      },
      {
        title: 'TIME',
        text: ({ read }) => ('milliseconds' in read ? `${read.milliseconds} ms` : ''),
        align: 'right',
      },
      {
        title: 'OUTCOME',
        text: outcome,
        style: ({ read }) => ('fault' in read ? 'red' : 'text' in read ? 'dim' : 'yellow'),
      },
    ],
    results,
  );
  const compared = results.flatMap((result) => result.compared ?? []);
  const passages = results.flatMap(({ read }) => ('text' in read ? read.passages : []));
  const prose = results.flatMap(({ read }) => ('text' in read ? read.prose : []));
  const refused = results.filter(({ read }) => 'refusal' in read).length;
  const faults = results.filter(({ read }) => 'fault' in read).length;
  terminal.line();
  terminal.line(
    `${results.length} documents: ${results.length - refused - faults} read, ${refused} refused, ${faults} faults`,
  );
  terminal.line(
    `${passages.length} passages; of the ${prose.length} of running text ${percent(cutShare(prose))} end inside a sentence`,
  );
  if (compared.length === 0) return;
  const average = (of: (one: Comparison) => number) => percent(mean(compared.map(of)));
  terminal.line(
    `${compared.length} compared: recall ${average(({ recall }) => recall)}, precision ${average(({ precision }) => precision)}, order ${average(({ order }) => order)}, ${mean(compared.map(({ glued }) => glued)).toFixed(1)} ‰ glued`,
  );
}

function outcome({ read, compared }: Result): string {
  if ('fault' in read) return `fault: ${read.fault.split('\n')[0]}`;
  if ('refusal' in read) return `refused: ${read.refusal}`;
  const warnings = read.warnings.length > 0 ? `, ${read.warnings.length} warnings: ${read.warnings[0]}` : '';
  return `${read.passages.length} passages${compared ? `, compared with ${compared.from}` : ''}${warnings}`;
}

await runMain(async () => {
  const directory = process.env.DIR;
  const isDirectory = directory && (await stat(directory).catch(() => undefined))?.isDirectory();
  if (!isDirectory) {
    throw new UserError(
      `DIR is "${directory ?? ''}", but must be a folder with documents: \`make corpus DIR=papers\`.`,
    );
  }
  const all = new Set(await filesIn(directory));
  const files = [...all].filter((path) => isDocument(path) && !isReference(path, all));
  if (files.length === 0)
    throw new UserError(`${directory} has no documents: \`nova content types\` lists their extensions.`);
  const results: Result[] = [];
  for (const [at, path] of files.entries()) {
    terminal.status(`${at + 1} of ${files.length}  ${relative(directory, path)}`);
    results.push(await resultOf(directory, path, all));
  }
  terminal.status();
  if (process.env.JSON) terminal.line(JSON.stringify(results.map(withoutText), null, 2));
  else print(results);
  process.exitCode = results.some(({ read }) => 'fault' in read) ? 1 : 0;
});

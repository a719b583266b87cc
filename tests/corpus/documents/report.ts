import { relative } from 'node:path';
import { type Column, table } from '../../../cli/output/table.ts';
import type { Terminal } from '../../../cli/output/terminal.ts';
import { type Comparison, compare, cutShare } from './measure.ts';
import { type Read, readAsProduct } from './read-document.ts';
import { referenceOf } from './reference.ts';

/** Documents of a folder, read by the product and compared with a reference. */

export interface DocumentResult {
  readonly file: string;
  readonly read: Read | { readonly fault: string };
  readonly compared?: (Comparison & { readonly from: string }) | undefined;
}

/** @param all paths of the folder, in which references are looked for */
export async function documentResult(
  directory: string,
  path: string,
  all: ReadonlySet<string>,
): Promise<DocumentResult> {
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

/** A result for programs. Texts are long, and are not what was measured. */
export function documentFacts({ file, read, compared }: DocumentResult): object {
  if (!('text' in read)) return { file, ...read };
  const { passages, prose, warnings, milliseconds } = read;
  return { file, passages: passages.length, cut: cutShare(prose), warnings, milliseconds, ...compared };
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
const measure = (of: (compared: Comparison) => number) => (result: DocumentResult) =>
  result.compared ? percent(of(result.compared)) : '';

const columns: readonly Column<DocumentResult>[] = [
  { title: 'DOCUMENT', text: ({ file }) => file },
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
];

export function printDocuments(terminal: Terminal, results: readonly DocumentResult[]): void {
  table(terminal, columns, results);
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

function outcome({ read, compared }: DocumentResult): string {
  if ('fault' in read) return `fault: ${read.fault.split('\n')[0]}`;
  if ('refusal' in read) return `refused: ${read.refusal}`;
  const warnings = read.warnings.length > 0 ? `, ${read.warnings.length} warnings: ${read.warnings[0]}` : '';
  return `${read.passages.length} passages${compared ? `, compared with ${compared.from}` : ''}${warnings}`;
}

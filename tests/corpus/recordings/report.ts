import { relative } from 'node:path';
import { type Column, table } from '../../../cli/output/table.ts';
import type { Terminal } from '../../../cli/output/terminal.ts';
import { type Decoded, type Read, readAsProduct } from './read-recording.ts';

/** Recordings and videos of a folder, decoded by the product and compared with what ffmpeg decodes. */

export interface RecordingResult {
  readonly file: string;
  readonly read: Read | { readonly fault: string };
}

export async function recordingResult(directory: string, path: string): Promise<RecordingResult> {
  const read = await readAsProduct(path).catch((error: Error) => ({ fault: String(error.stack ?? error) }));
  return { file: relative(directory, path), read };
}

/** A result for programs. */
export const recordingFacts = ({ file, read }: RecordingResult): object => ({ file, ...read });

/** From here on, a sound counts as another one: a lossy decoder differs by its rounding, and by its filters at the edge of the band. */
const least = { correlation: 0.99, level: 0.05, seconds: 0.1, part: 0.01 };

/** How a sound that was decoded differs from what it must be, as words. */
export function differences({ seconds, partDifference, compared }: Decoded): string[] {
  return [
    partDifference > least.part && `a part differs from the whole by ${partDifference.toFixed(3)}`,
    compared && compared.correlation < least.correlation && 'another sound than ffmpeg decodes',
    compared && Math.abs(compared.level - 1) > least.level && 'another level',
    compared && Math.abs(compared.seconds - seconds) > least.seconds && 'another length',
  ].filter((words) => typeof words === 'string');
}

const decodedOf = ({ read }: RecordingResult) =>
  'sound' in read && 'decoded' in read.sound ? read.sound.decoded : undefined;
const comparedOf = (result: RecordingResult) => decodedOf(result)?.compared;
const seconds = (value: number | undefined) => (value === undefined ? '' : `${value.toFixed(3)} s`);
const differs = (result: RecordingResult) => {
  const decoded = decodedOf(result);
  return decoded ? differences(decoded) : [];
};

const columns: readonly Column<RecordingResult>[] = [
  { title: 'RECORDING', text: ({ file }) => file },
  { title: 'HEARD', text: (result) => seconds(decodedOf(result)?.seconds), align: 'right' },
  { title: 'BY FFMPEG', text: (result) => seconds(comparedOf(result)?.seconds), align: 'right' },
  { title: 'LIKE IT', text: (result) => comparedOf(result)?.correlation.toFixed(5) ?? '', align: 'right' },
  { title: 'LEVEL', text: (result) => comparedOf(result)?.level.toFixed(3) ?? '', align: 'right' },
  {
    title: 'LATE',
    text: (result) => comparedOf(result)?.late.toFixed(1).concat(' ms') ?? '',
    align: 'right',
  },
  {
    title: 'PART',
    text: (result) => decodedOf(result)?.partDifference.toExponential(0) ?? '',
    align: 'right',
  },
  { title: 'OUTCOME', text: outcome, style: (result) => styleOf(result) },
];

function styleOf(result: RecordingResult): 'red' | 'yellow' | 'dim' {
  if ('fault' in result.read) return 'red';
  return isRefused(result) || differs(result).length > 0 ? 'yellow' : 'dim';
}

const isRefused = ({ read }: RecordingResult) => 'sound' in read && 'refusal' in read.sound;

function outcome(result: RecordingResult): string {
  const { read } = result;
  if ('fault' in read) return `fault: ${read.fault.split('\n')[0]}`;
  const { sound, pictures } = read;
  const heard =
    'refusal' in sound
      ? `refused: ${sound.refusal}`
      : [
          `${sound.codec}, ${seconds(sound.seconds)}, ${sound.sampleRate} Hz, ${sound.channels} channels`,
          ...(sound.decoded ? [] : ['decoded by Amazon Transcribe']),
          ...differs(result),
        ].join(', ');
  if (!pictures) return heard;
  return `pictures ${'refusal' in pictures ? `refused: ${pictures.refusal}` : seconds(pictures.seconds)}; sound ${heard}`;
}

export function printRecordings(terminal: Terminal, results: readonly RecordingResult[]): void {
  table(terminal, columns, results);
  const faults = results.filter(({ read }) => 'fault' in read).length;
  const refused = results.filter(isRefused).length;
  const decoded = results.filter((result) => decodedOf(result)).length;
  const delegated = results.length - faults - refused - decoded;
  const compared = results.filter(comparedOf);
  const unlike = results.filter((result) => differs(result).length > 0).length;
  terminal.line();
  terminal.line(
    `${results.length} recordings: ${decoded} decoded, ${delegated} for Amazon Transcribe, ${refused} refused, ${faults} faults`,
  );
  terminal.line(
    compared.length > 0
      ? `${compared.length} compared with ffmpeg; ${unlike} differ`
      : 'None compared: ffmpeg is not installed, or decodes none of them.',
  );
}

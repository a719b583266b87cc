import { join } from 'node:path';
import type { FaultSettings } from '../faults/settings.ts';
import { styled } from './terminal.ts';

/** One row of the table of services: name, address, note. */
export type Row = readonly [name: string, where: string, note: string];

/** The facts in the ready message. */
export interface Readiness {
  /** Without the stage: `http://127.0.0.1:4010`. */
  readonly url: string;
  readonly stage: string;
  readonly key: string;
  /** Milliseconds from start to now. */
  readonly tookMs: number;
}

/** Characters of an address up to which notes stay aligned; a longer address pushes only its own note. */
const placeLimit = 40;

/** The table of services, its columns aligned. */
export function servicesTable(rows: readonly Row[]): string {
  const names = Math.max(...rows.map(([name]) => name.length));
  const places = Math.max(
    0,
    ...rows.map(([, where]) => where.length).filter((length) => length <= placeLimit),
  );
  return rows
    .map(([name, where, note]) =>
      `  ${styled('bold', name.padEnd(names))}  ${where.padEnd(places)}  ${styled('dim', note)}`.trimEnd(),
    )
    .join('\n');
}

/** The row of the functions. @param timeoutFactor shown where it changes the functions' timeouts */
export const functionsRow = (functions: readonly string[], timeoutFactor: number): Row => [
  'Functions',
  `${functions.length} in sandboxes${timeoutFactor > 1 ? `, timeouts × ${timeoutFactor}` : ''}`,
  functions.join(', '),
];

/**
 * The row of the models: the stand-in, or Amazon Bedrock.
 * @param real whether models on AWS answer
 * @param rates of injected faults; shown so that a developer who left them set sees why calls fail
 */
export function modelsRow(real: boolean, rates: FaultSettings['models']): Row {
  return [
    'Models',
    [real ? 'Amazon Bedrock' : 'stand-in', ...failing(rates)].join(', '),
    real ? 'with your credentials' : 'rules, not a model; NOVA_MODELS=bedrock for real ones',
  ];
}

/**
 * The row of the engine that reads pictures for the stand-in.
 * @param engine whether one is installed
 */
export const picturesRow = (engine: boolean): Row =>
  engine
    ? ['Pictures', 'Tesseract', 'reads the text in them, English and Japanese']
    : ['Pictures', 'not read', 'make tesseract installs an engine that reads their text, 80 MB'];

/**
 * The row of the program that decodes compressed sound for the stand-in of Amazon Transcribe.
 * @param program whether there is one
 */
export const soundRow = (program: boolean): Row =>
  program
    ? ['AAC, AMR', 'ffmpeg', 'decodes what Amazon Transcribe takes on AWS; it is this machine’s own']
    : ['AAC, AMR', 'not decoded', 'their speech is marked as unrecognised; an ffmpeg on PATH decodes it'];

/** The row of the DynamoDB engine. */
export function tablesRow(engine: string, rates: FaultSettings['dynamodb']): Row {
  return ['Tables', [engine, ...failing(rates)].join(', '), 'with streams and time to live'];
}

function failing({ seed: _, ...rates }: Readonly<Record<string, number>>): string[] {
  const some = Object.entries(rates).filter(([, rate]) => rate > 0);
  return some.length > 0
    ? [`failing on purpose: ${some.map(([fault, rate]) => `${fault} ${percent(rate)}`).join(', ')}`]
    : [];
}

const percent = (share: number) => `${Number((share * 100).toPrecision(3))} %`;

/** The row of the data directory, with the command that follows the logs. */
export function dataRow(directory: string): Row {
  return ['Data, logs', directory, `tail -f ${shellWord(join(directory, 'logs'))}/*.log`];
}

/** A path as a shell reads it back: quoted when it holds anything that a shell takes apart. */
const shellWord = (path: string) =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

/** The last message before the first request: that the platform is ready, and what to try. */
export function readyMessage({ url, stage, key, tookMs }: Readiness): string {
  const api = `${url}/${stage}`;
  const header = `-H 'x-api-key: ${key}'`;
  return [
    `${styled(['bold', 'green'], 'Nova is ready')} ${styled('dim', `after ${(tookMs / 1000).toFixed(1)} s`)}`,
    '',
    `  URL  ${styled('cyan', url)}`,
    `  Key  ${styled('cyan', key)}`,
    '',
    styled('dim', '  Try:'),
    `  curl -s ${api}/content ${header}`,
    `  curl -s ${api}/agent/chat ${header} -d '{"message":"What can you do?"}'`,
    `  curl -sN ${api}/agent/chat ${header} -H 'accept: text/event-stream' -d '{"message":"Hello"}'`,
    '',
    styled('dim', '  Ctrl-C stops everything; your data stays.'),
    '',
  ].join('\n');
}

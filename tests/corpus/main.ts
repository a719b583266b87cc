import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runMain, UserError } from '@nova/shared/run-main';
import { processTerminal } from '../../cli/output/terminal.ts';
import { isDocument } from './documents/read-document.ts';
import { isReference } from './documents/reference.ts';
import { documentFacts, documentResult, printDocuments } from './documents/report.ts';
import { isRecording } from './recordings/read-recording.ts';
import { printRecordings, recordingFacts, recordingResult } from './recordings/report.ts';

/** Every document, recording and video of a folder read by the product, and compared with what others read: `make corpus`. */

const terminal = processTerminal();

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

await runMain(async () => {
  const directory = process.env.DIR;
  const isDirectory = directory && (await stat(directory).catch(() => undefined))?.isDirectory();
  if (!isDirectory) {
    throw new UserError(
      `DIR is "${directory ?? ''}", but must be a folder with documents, recordings or videos: \`make corpus DIR=papers\`.`,
    );
  }
  const all = new Set(await filesIn(directory));
  const documents = [...all].filter((path) => isDocument(path) && !isReference(path, all));
  const recordings = [...all].filter(isRecording);
  const count = documents.length + recordings.length;
  if (count === 0) {
    throw new UserError(
      `${directory} has no documents, recordings or videos: \`nova content types\` lists their extensions.`,
    );
  }
  let done = 0;
  const inTurn = async <T>(paths: readonly string[], read: (path: string) => Promise<T>): Promise<T[]> => {
    const results: T[] = [];
    for (const path of paths) {
      done += 1;
      terminal.status(`${done} of ${count}  ${relative(directory, path)}`);
      results.push(await read(path));
    }
    return results;
  };
  const read = await inTurn(documents, (path) => documentResult(directory, path, all));
  const heard = await inTurn(recordings, (path) => recordingResult(directory, path));
  terminal.status();
  if (process.env.JSON) {
    terminal.line(JSON.stringify([...read.map(documentFacts), ...heard.map(recordingFacts)], null, 2));
  } else {
    if (read.length > 0) printDocuments(terminal, read);
    if (read.length > 0 && heard.length > 0) terminal.line();
    if (heard.length > 0) printRecordings(terminal, heard);
  }
  process.exitCode = [...read, ...heard].some((result) => 'fault' in result.read) ? 1 : 0;
});

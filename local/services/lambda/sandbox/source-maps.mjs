// Names the TypeScript of a bundle in stack traces. Node's --enable-source-maps parses the map of every file at the start; this
// parses a map for the first stack trace that needs it.
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const maps = new Map();

function mapOf(url) {
  if (!maps.has(url)) maps.set(url, url?.startsWith('file:') ? read(`${fileURLToPath(url)}.map`) : undefined);
  return maps.get(url);
}

function read(file) {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // A file without a map, or one that a build replaces right now: its stack traces name the bundle.
    return undefined;
  }
}

const entry = (call) =>
  mapOf(call.getFileName())?.findEntry(call.getLineNumber() - 1, call.getColumnNumber() - 1);

/** A function's name in the source: as it is declared, or else as its caller names it. */
function nameOf(call, caller) {
  const [line, column] = [call.getEnclosingLineNumber() - 1, call.getEnclosingColumnNumber() - 1];
  const declared = mapOf(call.getFileName()).findEntry(line, column).name;
  return declared ?? (caller && entry(caller)?.name) ?? call.getFunctionName() ?? '<anonymous>';
}

function frame(call, caller) {
  const place = entry(call);
  if (!place?.originalSource) return `    at ${call}`;
  const source = fileURLToPath(new URL(place.originalSource, call.getFileName()));
  const name = `${call.isAsync() ? 'async ' : ''}${nameOf(call, caller)}`;
  return `    at ${name} (${source}:${place.originalLine + 1}:${place.originalColumn + 1})`;
}

Error.prepareStackTrace = (error, calls) =>
  [Error.prototype.toString.call(error), ...calls.map((call, i) => frame(call, calls[i + 1]))].join('\n');

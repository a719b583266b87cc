import { type FSWatcher, watch } from 'node:fs';
import { sep } from 'node:path';

/** Milliseconds of quiet after which a build is taken to be done writing. */
const quietMs = 60;

/**
 * Tells which bundles were built anew.
 * @param directory with a directory for each bundle
 * @returns what ends it
 */
export function watchBundles(directory: string, onChange: (bundle: string) => void): () => void {
  const timers = new Map<string, NodeJS.Timeout>();
  const watcher = open(directory, (path) => {
    const [bundle] = path.split(sep);
    if (!bundle || path === bundle) return;
    clearTimeout(timers.get(bundle));
    timers.set(bundle, setTimeout(() => onChange(bundle), quietMs).unref());
  });
  return () => {
    watcher?.close();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}

/** A directory that is not there is not watched: whatever runs from it will say so. */
function open(directory: string, onPath: (path: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(
      directory,
      { recursive: true, persistent: false },
      (_, path) => path && onPath(path),
    );
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

import { type FSWatcher, watch } from 'node:fs';
import { sep } from 'node:path';

/** Milliseconds without a change after which a build counts as written. */
const quietMs = 60;

/**
 * Watches for bundles that are built anew.
 * @param directory with a directory for each bundle
 * @returns a function that ends the watch
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

/** A missing directory is not watched: the functions that run from it report it. */
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

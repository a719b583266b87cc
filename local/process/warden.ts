import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ pid` and `- pid` until its input closes, which is when the platform ends in whatever way; then ends what is
 * left. A shell, because it must outlive the platform, cost next to nothing, and reach processes that are frozen.
 */
const script = `
trap '' HUP INT TERM
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
`;

/** Sees to it that no child outlives the platform, even one killed with `kill -9`. */
export class Warden {
  readonly #shell: ChildProcess;
  readonly #watched = new Set<number>();

  constructor() {
    // A session of its own: a signal to the platform's process group must not reach it.
    this.#shell = spawn('/bin/sh', ['-c', script, 'nova-warden'], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    });
    this.#shell.stdin?.on('error', () => {});
    this.#shell.on('error', () => {});
    this.#shell.unref();
  }

  /** Takes a child in its charge until it exits. */
  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#watched.add(pid);
    this.#shell.stdin?.write(`+ ${pid}\n`);
    child.once('exit', () => {
      this.#watched.delete(pid);
      this.#shell.stdin?.write(`- ${pid}\n`);
    });
  }

  /** Process ids in its charge. */
  get watched(): ReadonlySet<number> {
    return this.#watched;
  }

  /** Ends whatever is left, and itself. */
  close(): void {
    this.#shell.stdin?.end();
  }
}

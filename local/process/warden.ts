import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

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
  readonly #record: string | undefined;
  #closed = false;

  /** @param record file that names the processes in its charge, should it be killed too */
  constructor(record?: string) {
    this.#record = record;
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
    this.#send(`+ ${pid}`);
    child.once('exit', () => {
      this.#watched.delete(pid);
      this.#send(`- ${pid}`);
    });
  }

  /** Process ids in its charge. */
  get watched(): ReadonlySet<number> {
    return this.#watched;
  }

  /** Ends whatever is left, and itself. */
  close(): void {
    this.#closed = true;
    this.#shell.stdin?.end();
  }

  #send(change: string): void {
    if (this.#closed) return;
    this.#shell.stdin?.write(`${change}\n`);
    if (this.#record) writeFileSync(this.#record, [...this.#watched].join('\n'));
  }
}
